"""Documents that quote lines of a log: a runbook with its example output, an article, notes of a meeting.

    3. Within 30 seconds the HA service should forward the host. Example output:

           2025-09-21 03:26:39,784Z WARNING 80801248 ha_service.py:497 Stargate on node 192.168.1.26 is down

    4. Check that the virtual machines did not stall for longer than a minute.

What such a text quotes need not have happened, or not then. A log has no paragraphs of sentences between its records; a
mail or a ticket that brings one has a few before many lines. Where the sentences are not far fewer than the lines, it
can't be told which it is, so that it is neither read as a log nor taken for nothing.
"""

from __future__ import annotations

import re

from analyzer.ingest.logs.text.lines import is_prompt
from analyzer.ingest.wrappers.line_starts import START, first_lines

FEWEST = 3  # lines of sentences: less is a greeting
LINES_FOR_EACH = 3  # a log that somebody brings with some words has more records than this for each line of them
_RECORD = re.compile(rb"[\s>|*+`-]{0,40}(?:\d{1,9}[:.)-]\s?)?" + START)
_SET_OFF = re.compile(rb"\s*(?:[-=~*_#]{3,}.*|```.*)?\s*$")
"""An empty line, a rule or a fence: what follows is a paragraph of its own."""
_WORD = re.compile(rb"[(\"'*_]{0,2}[A-Za-z\x80-\xff][A-Za-z\x80-\xff'/-]*[.,;:!?)\"'*_]{0,3}$")
_LOOKED_AT = 400  # bytes of a line
_SHORTEST = 4  # words of a line of a sentence
_LISTED = re.compile(rb"\s*(?:[-*+>#|]{1,6}|\d{1,3}[.):]|[a-z][.)])?\s+")


def is_prose(head: bytes) -> bool:
    """Whether the text that begins with `head` is one of sentences, in which lines of a log or a console are quoted."""
    records = sentences = 0
    apart = True  # no record is before it in its paragraph
    for whole in first_lines(head):
        line = whole[:_LOOKED_AT]
        if _RECORD.match(line) or is_prompt(line):
            records, apart = records + 1, False
        elif _SET_OFF.match(line):
            apart = True
        elif apart and _is_of_a_sentence(line):
            sentences += 1
    return records > 0 and sentences >= FEWEST and sentences * LINES_FOR_EACH >= records


def _is_of_a_sentence(line: bytes) -> bool:
    """Whether nearly all of a line are words, as of a language and not of a program."""
    said = line.strip()
    listed = _LISTED.match(b" " + said)
    parts = said[max(0, listed.end() - 1) if listed else 0 :].split()
    words = sum(_WORD.match(part) is not None for part in parts)
    return words >= _SHORTEST and 4 * words >= 3 * len(parts)
