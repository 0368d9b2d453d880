"""What a person at a terminal meets: progress, the signs that an encoding has, and what was probably meant."""
