"""Episodes become measurements: stages, detection, outage, the slowest operation, traffic before, during and after.

Nothing here knows an expectation. A new metric is one function in one of these modules and one line in `measure`.
"""

from __future__ import annotations

from analyzer.measure.measured import measure
from analyzer.measure.traffic import reply_series
from analyzer.measure.watched import watched

__all__ = ["measure", "reply_series", "watched"]
