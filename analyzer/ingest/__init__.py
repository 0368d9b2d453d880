"""Reads evidence: files, folders and bundles in, sources and events out. Nothing of it judges.

`files` finds them and `collect` turns them into :class:`~analyzer.model.evidence.Evidence`; `capture` knows packets,
`logs` log lines, `marks` a person's notes, `streams` bytes. No other room sees bytes, a packet or a log's wording.
"""
