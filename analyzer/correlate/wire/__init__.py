"""What the captures show: who was served on which path, and the faults that this makes visible."""
