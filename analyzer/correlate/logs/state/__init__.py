"""A host's state as the lines of the logs leave it: one function a kind of line."""
