"""Tests compared: `durations` and `documents` take from a run what can be compared, `settings` says which tests are
comparable, `figures` takes a stage's durations from them, `comparison` compares groups stage by stage, and `courses`
follows a stage over time.
"""
