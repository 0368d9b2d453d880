"""Runs of the program, compared: `durations` takes from each what can be compared, `settings` says which settings make
them not comparable, `comparison` compares stage by stage.
"""
