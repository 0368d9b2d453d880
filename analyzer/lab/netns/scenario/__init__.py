"""What is done to a running cluster: `acts` those of a test, `shell` what a person may do instead."""
