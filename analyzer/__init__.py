"""From captures and logs of a failover test to a verdict with its evidence: ingest, correlate, measure, judge, report.

    from analyzer import analyze

    run = analyze(["samples/cvm-failure"])

What is public is loaded when it is first asked for, so that the command line starts fast.
"""

from __future__ import annotations

TYPE_CHECKING = False  # the module typing takes a while to import, in which an interrupt would be told at length
if TYPE_CHECKING:
    from analyzer.config import Settings
    from analyzer.errors import AutopathError
    from analyzer.model.run import Run
    from analyzer.pipeline import analyze
    from analyzer.store.reading import read_run

__all__ = ["AutopathError", "Run", "Settings", "__version__", "analyze", "read_run"]

__version__ = "0.1.0"

_HOMES = {
    "AutopathError": "analyzer.errors",
    "Run": "analyzer.model.run",
    "Settings": "analyzer.config",
    "analyze": "analyzer.pipeline",
    "read_run": "analyzer.store.reading",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
