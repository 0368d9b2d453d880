"""Tests compared: `settings` says which are comparable, `figures` takes a stage's durations from them, `comparison`
compares groups stage by stage, `courses` follows a stage over time, and `looking` looks after every run.
"""
