"""Log lines: genesis.out, the ESXi host's logs, and what commands printed, as events with their origin.

`recognise` tells which log a text is, `load_rules` reads the wording (rules/*.toml), `read` makes events, `explain`
shows line by line what was understood and by which rule. Of checks that found all well, long stretches stay packed:
`told_checks` tells them, once all evidence was read. A new log family is an entry of `families.FAMILIES` and
a rules file; a new wording is a rule.
"""

from analyzer.ingest.logs.bounds import Share, left_out, shares
from analyzer.ingest.logs.checks.stretch import Stretch
from analyzer.ingest.logs.checks.telling import Part, told_checks
from analyzer.ingest.logs.families import FAMILIES, family_of
from analyzer.ingest.logs.reading import explain, read, suggest_rule
from analyzer.ingest.logs.recognise import recognise
from analyzer.ingest.logs.result import ExplainedLine, LogReading
from analyzer.ingest.logs.rules.rule import Rules
from analyzer.ingest.logs.rules.rules_file import load_rules

__all__ = [
    "FAMILIES",
    "ExplainedLine",
    "LogReading",
    "Part",
    "Rules",
    "Share",
    "Stretch",
    "explain",
    "family_of",
    "left_out",
    "load_rules",
    "read",
    "recognise",
    "shares",
    "suggest_rule",
    "told_checks",
]
