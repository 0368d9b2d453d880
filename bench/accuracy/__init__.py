"""How right the program is: simulated tests and recordings, whose truth is known, analysed and held against it.

python -m bench.accuracy                   the whole study (`make accuracy`), written to docs/accuracy.md
python -m bench.accuracy --short           the part of it that CI runs
python -m bench.accuracy --seeds A-B       only random sequences, of these seeds
python -m bench.accuracy --replay CASE     one analysis again: what is true beside what is told
"""
