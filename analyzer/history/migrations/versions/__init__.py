"""A file a schema: the way to it from the one before."""
