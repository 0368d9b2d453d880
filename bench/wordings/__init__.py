"""How well other wordings of genesis.out are read: every voice tells every recorded and some simulated tests, and healthy
tests are told among foreign lines, restarts and clocks that are set. `python -m bench.wordings` writes docs/wordings.md.
"""
