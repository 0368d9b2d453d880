"""What the drawings of an episode show: its timeline, the whole test, its paths; and a run in order of time."""
