"""What a record means: the event that a rule makes of it, with roles, states and what only the lines around it tell."""
