"""Much over time, kept small or found again: columns of counters, and stretches that are looked up."""
