"""What a history bears: writers that are killed while they write, and a million rows of its index."""
