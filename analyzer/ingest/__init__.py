"""Reads evidence: files, folders and bundles in, sources and events out. Nothing of it judges.

`bundle` finds the files and `collect` turns them into :class:`~analyzer.model.evidence.Evidence`; `capture` knows
packets, `logs` knows log lines, `marks` a person's notes. No other room sees bytes, a packet or a log's wording.
"""
