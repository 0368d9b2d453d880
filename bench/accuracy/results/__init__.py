"""What the study found: counted, held against what it must show, and written as a page."""
