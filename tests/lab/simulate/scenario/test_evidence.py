from __future__ import annotations

import pytest

from analyzer.errors import UsageError
from analyzer.lab.simulate import Evidence
from analyzer.model.instant import SECOND
from tests.lab.simulate.made import made


def test_captures_of_which_nothing_is_left_are_refused() -> None:
    with pytest.raises(UsageError, match="take 10h of captures that last 75s"):
        made("healthy", 1, None, Evidence(late=10 * 3600 * SECOND))
