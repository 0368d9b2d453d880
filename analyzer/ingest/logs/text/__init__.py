"""The text of a log: its lines, their stamps, the addresses in them, and which lines can matter at all."""
