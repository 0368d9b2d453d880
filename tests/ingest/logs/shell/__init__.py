"""What is typed into a shell."""
