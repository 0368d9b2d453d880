"""Report folders: each holds one run."""
