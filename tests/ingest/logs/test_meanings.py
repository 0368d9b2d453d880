"""What records mean by those before them."""

from __future__ import annotations

import io

import pytest

from analyzer.config import Settings
from analyzer.ingest import logs
from analyzer.model.event import HaUnclassified, RouteCommand

HOST, OTHER, GATEWAY = "10.4.8.1", "10.4.8.2", "10.4.8.13"
RUN = f"... esxcfg-route -a 192.168.5.2 255.255.255.255 {GATEWAY}"


def hosts(*records: str) -> list[str | None]:
    """Whose route the commands in these records change."""
    text = "".join(
        f"2026-05-04 09:05:{second:02},100Z INFO 80801248 {one}\n" for second, one in enumerate(records)
    ).encode()
    found = logs.read(io.BytesIO(text), "genesis.out", "genesis", Settings(), logs.load_rules(())).events
    return [one.detail.host for one in found if isinstance(one.detail, RouteCommand)]


@pytest.mark.parametrize("dots", ["...", "…", "... "])
def test_a_record_that_begins_with_dots_goes_on_with_the_sentence_before_it(dots: str) -> None:
    run = f"hypervisor_ha.py:62 {dots}{RUN[3:]}"
    on = [f"hypervisor_ha.py:61 On {one}" for one in (HOST, OTHER)]

    assert hosts(on[0], run, on[1], run, on[0], run) == [HOST, OTHER, HOST]


@pytest.mark.parametrize(
    "before",
    [
        pytest.param((), id="nothing"),
        pytest.param((f"ha_service.py:61 On {HOST}",), id="of another module"),
        pytest.param(
            (f"hypervisor_ha.py:61 On {HOST}", "hypervisor_ha.py:62 ... went well"), id="gone on with already"
        ),
    ],
)
def test_of_nobody_elses_sentence(before: tuple[str, ...]) -> None:
    assert hosts(*before, f"hypervisor_ha.py:63 {RUN}") == [None]


def test_dots_alone_are_no_sentence() -> None:
    text = b"2026-05-04 09:05:00,100Z INFO 80801248 ha_service.py:1 ...\n"
    found = logs.read(io.BytesIO(text), "genesis.out", "genesis", Settings(), logs.load_rules(())).events
    assert [one.detail for one in found] == [HaUnclassified("...")]
