"""How often the comparisons of `analyzer/compare` are wrong, and what they find: simulated histories by seed.

`histories` is how runs are measured, `cells` a share with its doubt; `false_alarms`, `power`, `looks` and `sizes` are
the parts of the study, `oracle` what could be found at best, `design` how much of each, `floors` what must hold, `page`
docs/comparison.md.
"""
