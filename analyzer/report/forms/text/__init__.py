"""A run as text: a document is a sequence of blocks, which each kind of text writes in its own way."""
