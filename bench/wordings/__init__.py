"""How well other wordings of genesis.out are read, and whether healthy tests stay so whatever stands in their logs.

Every voice tells every recording and some simulated tests; healthy tests are told among foreign lines, restarts and
clocks that are set. `python -m bench.wordings` writes docs/wordings.md.
"""
