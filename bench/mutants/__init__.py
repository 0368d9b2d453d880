"""What the tests hold of correlate, measure and judge: one small change at a time, and whether any test fails.

`mutations.py` finds the changes that `operators.py` can make, `sample.py` draws of them, `reach.py` says which tests
reach a line, `trial.py` runs those with one change made in memory, `page.py` writes what survived.
"""
