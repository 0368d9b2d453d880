"""The nouns that every stage shares: time, sources, events, episodes, measurements, findings, the run.

Frozen values with tuples inside; no stage's knowledge, no judgement, no input or output.
"""
