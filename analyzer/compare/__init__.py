"""Statistics for durations that are known as Spans: which runs differ, by how much, since when, and what can't be told.

A run gives a Span, not a number, and its width is of the evidence, not of the cluster: who compares middles compares
evidence. Everything here rests on the Spans alone. `spans` holds them as arrays, `turnbull` estimates their
distribution, `scores` ranks them; `splits` draws what `two_groups`, `several_groups` and `change_points` hold the
ranks against; `shift` is by how much two groups differ, `sure` what holds for every value that the Spans allow,
`midrange` what is left where nobody saw the checks; `smallest` is what so many runs can show, `holm` several
comparisons at once, `watching` a look after every run, `answers` the three answers. How often all of it is wrong
stands in docs/comparison.md.

No storage, no files, no words. Times are ns in int64 arrays of shape `(histories, runs)`; shares and p-values are
float. What is drawn at random is drawn by a seed and told.
"""
