"""What is left when a run is killed: at random moments, and at each of its steps in the file system."""
