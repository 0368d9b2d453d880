"""What an observation teaches about who is who and about the clocks: one module a fact."""
