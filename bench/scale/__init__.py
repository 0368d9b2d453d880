"""How one run grows with its evidence: time and memory against n, of all that there can be much of."""
