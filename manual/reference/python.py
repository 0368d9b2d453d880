"""The Python that is public, from its docstrings by Sphinx' autodoc."""

from __future__ import annotations

from collections.abc import Iterator

import analyzer
from analyzer.report import frames

FURTHER = ("analyzer.report.judged.judgement_words", "analyzer.store.decode_run", "analyzer.store.encode_run")
"""Functions that are documented beside those that the package itself and its frames name."""


def pages() -> Iterator[tuple[str, str]]:
    """One page of functions, classes and frames."""
    public = [name for name in analyzer.__all__ if not name.startswith("_")]
    entries = [_entry(name, getattr(analyzer, name)) for name in public]
    further = [f".. autofunction:: {name}\n" for name in FURTHER]
    tables = [f".. autofunction:: analyzer.report.frames.{one.__name__}\n" for one in frames.FRAMES.values()]
    intro = (frames.__doc__ or "").strip()
    yield (
        "python.rst",
        "Python\n======\n\nTimes are integer nanoseconds; values are frozen. What can't be analysed or read raises"
        " ``analyzer.AutopathError`` with the sentence that the command line prints.\n\n"
        "From the package\n----------------\n\n"
        + "\n".join(entries)
        + "\n".join(further)
        + f"\nTables for notebooks\n--------------------\n\n{intro}\n\n"
        + "\n".join(tables),
    )


def _entry(name: str, value: object) -> str:
    if isinstance(value, type):
        return f".. autoclass:: analyzer.{name}\n"
    return f".. autofunction:: analyzer.{name}\n"
