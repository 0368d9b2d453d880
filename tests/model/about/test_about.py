from __future__ import annotations

import msgspec

from analyzer.model.about import About, about_releases
from analyzer.model.source import Release


def test_what_one_does_not_say_another_may() -> None:
    ours = About(title="DR test", labels=(("phase", "2"),))
    others = About(title="unused", ticket="CHG1", zone="Europe/Berlin", labels=(("phase", "1"), ("a", "b")))

    assert ours.filled(others) == About(
        title="DR test", ticket="CHG1", zone="Europe/Berlin", labels=(("a", "b"), ("phase", "2"))
    )


def test_all_versions_that_files_name_are_told_in_order() -> None:
    found = (
        Release("ESXi", "8.0.2 build-2"),
        Release("AOS", "6.8.1"),
        Release("AOS", "6.5.2"),
        Release("AOS", "6.8.1"),
    )

    assert about_releases(found) == About(aos_version="6.5.2, 6.8.1", esxi_version="8.0.2 build-2")
    assert about_releases(()) == About()


def test_what_is_not_said_is_not_written() -> None:
    assert msgspec.json.encode(About(ticket="CHG1")) == b'{"ticket":"CHG1"}'
