"""The findings' codes, from the catalogue that `autopath explain` prints."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.judge.codes import Code, catalogue

HUNDREDS = {
    "1": "The cluster and its hosts",
    "2": "Clocks",
    "3": "Log lines",
    "4": "Captures",
    "5": "What people and the analysis assumed",
}


def pages() -> Iterator[tuple[str, str]]:
    """One page of all codes."""
    parts = [
        (
            "# Findings\n\nWhat is not healthy, or weakens the evidence, each with a code that never changes its "
            "meaning: `problem` cost storage service or soon may, `warning` asks for a look, `info` is good to know. "
            "`autopath explain AP106` prints an entry.\n"
        )
    ]
    hundred = ""
    for code, entry in catalogue().items():
        if code[2] != hundred:
            hundred = code[2]
            parts.append(f"\n## {HUNDREDS[hundred]}\n")
        parts.append(_entry(code, entry))
    yield "findings.md", "\n".join(parts)


def _entry(code: str, entry: Code) -> str:
    return (
        f"({code.lower()})=\n### {code}: {plain(entry.title)}\n\n*{entry.severity}.* {plain(entry.meaning)}\n\n"
        f"Why it matters\n: {plain(entry.why)}\n\nWhat to do\n: {plain(entry.advice)}\n\n"
        f"What shows it\n: {plain(entry.evidence)}\n\nWhen it is not raised\n: {plain(entry.silent)}\n"
    )


def plain(text: str) -> str:
    """Text in which nothing but code spans is markup, on one line."""
    spans = " ".join(text.split()).split("`")
    for at in range(0, len(spans), 2):
        for sign in "\\*_[]<>|":
            spans[at] = spans[at].replace(sign, f"\\{sign}")
    return "`".join(spans)
