"""The HA checks that the lines show: when each began, and their period."""
