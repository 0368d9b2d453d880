"""The lines of all logs on one clock, in order, made consistent: who ordered what, and which lines are one repair."""
