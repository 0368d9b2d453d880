"""What makes a page of the report fit on paper and into a small PDF."""
