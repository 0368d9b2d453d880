"""Measurements of the program: how fast it is (`speed`), how right (`accuracy`)."""
