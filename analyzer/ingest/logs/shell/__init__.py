"""What somebody typed into a shell, read as the shell does: its words, its grammar, and the commands that it runs."""
