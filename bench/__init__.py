"""Measurements of the program: how fast it is (`bench.py`), how right (`accuracy`)."""
