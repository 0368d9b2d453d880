"""Pictures as SVG text: timelines, paths, stages, the scale of a judged figure. They know numbers and no run."""
