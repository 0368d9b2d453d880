"""Pictures as SVG text: the timeline, the stages, the scale of a judged figure. They know numbers and no run."""
