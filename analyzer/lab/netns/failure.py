"""The lab broke: something of it did not start or did not happen in time."""

from __future__ import annotations

from analyzer.errors import AutopathError


class LabError(AutopathError):
    """One sentence: which part, what was waited for, what its log says. Not a verdict, so the status of a fault."""

    exit_status = 70
