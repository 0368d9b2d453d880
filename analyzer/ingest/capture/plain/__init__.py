"""A capture scanned frame by frame in plain Python: for small captures, and what the compiled scan is held against."""
