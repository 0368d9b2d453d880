from __future__ import annotations

from pathlib import Path

from bench.history.site import site


def test_a_few_tests_have_their_pages_and_one_more_has_its_own(tmp_path: Path) -> None:
    first, again, more = site(tmp_path, 10)

    assert again.number == first.number
    assert more.number == first.number + 2  # its page, and its report
    assert all(each.core_ns > 0 for each in (first, again, more))
