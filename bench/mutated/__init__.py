"""Mutated inputs: every capture, log and setting cut and changed at random, each analysed within limits."""
