"""Several tests on one page: the answer for all of them, a table, and the first screen of each."""
