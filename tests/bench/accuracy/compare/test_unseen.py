"""A failure that was over between two checks, while somebody added a route, as logs and captures have it."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.lab.simulate import Evidence, Options, scenario_of, simulate
from analyzer.model.episode import Episode, MeasuredEpisode
from analyzer.model.instant import SECOND
from analyzer.model.path import Path as ThePath
from bench.accuracy.compare.unseen import as_captures_have_it, as_logs_have_it, is_return_begun
from bench.accuracy.expected import Given

STORY = """\
[[fault]]
do = "{do}"
on = 1
at = 12
seconds = {seconds}

[[fault]]
do = "route-add"
on = 1
at = {added}
gateway = 3
"""


def kinds(folder: Path, do: str, added: int, *what: str, seconds: int = 10, vmk1: int = 1) -> list[str]:
    """What the truth is to who is given this evidence, with the capture of this host's internal switch."""
    path = folder / "story.toml"
    path.write_text(STORY.format(do=do, added=added, seconds=seconds), "utf-8")
    options = Options(phase=20 * SECOND, tail=40 * SECOND)
    truth = simulate(scenario_of(str(path)), 1, options, Evidence(vantages=("span", f"vmk1:{vmk1}"))).truth
    given = Given(files=tuple(one for one in truth.evidence if one.what in what))
    return [one.kind for one in as_logs_have_it(truth, given).episodes]


@pytest.mark.parametrize(
    ("do", "added", "what", "expected"),
    [
        pytest.param("stargate-restart", 14, ("genesis",), ["route-injection"], id="a-log-has-an-injected-route"),
        pytest.param("stargate-restart", 14, ("genesis", "span"), ["route-injection"], id="nobody-hears-of-stargate"),
        pytest.param(
            "stargate-restart", 14, ("genesis", "vmk1"), ["cvm-failure", "cvm-recovery"], id="seen-inside-the-host"
        ),
        pytest.param("cvm-hang", 14, ("genesis", "span"), ["cvm-failure", "cvm-recovery"], id="a-silent-cvm-is-missed"),
        pytest.param("stargate-restart", 40, ("genesis",), ["unexplained", "route-injection"], id="added-afterwards"),
    ],
)
def test_what_no_check_saw_is_no_failure_to_a_log(
    do: str, added: int, what: tuple[str, ...], expected: list[str], tmp_path: Path
) -> None:
    assert kinds(tmp_path, do, added, *what) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(True, ["route-injection"], id="after a check had found it illegal"),
        pytest.param(False, ["cvm-failure", "cvm-recovery"], id="before any check"),
    ],
)
def test_nor_is_it_where_a_person_deletes_that_route(found: bool, expected: list[str], tmp_path: Path) -> None:
    path = tmp_path / "story.toml"
    path.write_text(STORY.format(do="stargate-restart", added=14, seconds=10), "utf-8")
    truth = simulate(scenario_of(str(path)), 1, Options(phase=20 * SECOND, tail=40 * SECOND)).truth
    failed, back = truth.episodes
    detected = back.instants.detected if found else None
    back = replace(back, repaired_by="person", instants=replace(back.instants, detected=detected))
    given = Given(files=tuple(one for one in truth.evidence if one.what == "genesis"))

    assert [one.kind for one in as_logs_have_it(replace(truth, episodes=(failed, back)), given).episodes] == expected


def test_another_hosts_internal_switch_hears_nothing_of_it(tmp_path: Path) -> None:
    assert kinds(tmp_path, "cvm-hang", 14, "genesis", "vmk1", vmk1=2) == ["route-injection"]
    assert kinds(tmp_path, "cvm-hang", 14, "genesis", "vmk1") == ["cvm-failure", "cvm-recovery"]


def test_a_silence_of_a_moment_is_not_heard(tmp_path: Path) -> None:
    assert kinds(tmp_path, "cvm-hang", 13, "genesis", "span", seconds=3) == ["route-injection"]


RETURNED = """\
[[fault]]
do = "cvm-power-off"
on = 1
at = 12

[[fault]]
do = "cvm-power-on"
on = 1
at = 40

[[fault]]
do = "stargate-restart"
on = 1
at = {stopped}
seconds = 40
"""


@pytest.mark.parametrize(
    ("stopped", "what", "reworded", "heard"),
    [
        pytest.param(90, ("span",), False, True, id="captures-have-it-as-it-speaks-again"),
        pytest.param(90, ("span", "genesis"), False, False, id="a-log-has-when-it-serves"),
        pytest.param(90, ("span", "genesis"), True, True, id="a-voice-need-not-have-the-checks"),
    ],
)
def test_a_stargate_that_stops_while_its_host_is_elsewhere_is_unseen(
    stopped: int, what: tuple[str, ...], *, reworded: bool, heard: bool, tmp_path: Path
) -> None:
    path = tmp_path / "story.toml"
    path.write_text(RETURNED.format(stopped=stopped), "utf-8")
    truth = simulate(scenario_of(str(path)), 1, Options(phase=20 * SECOND, tail=40 * SECOND)).truth
    given = Given(files=tuple(one for one in truth.evidence if one.what in what), reworded=reworded)
    started = next(one.at for one in truth.events if one.name == "stargate-started")

    (back,) = [one for one in as_captures_have_it(truth, given).episodes if one.kind == "cvm-recovery"]

    assert back.instants.fault.most >= started
    assert (back.instants.fault.least < started) is heard


HIDDEN = """\
[[fault]]
do = "route-add"
on = 1
at = 12
gateway = 3

[[fault]]
do = "cvm-isolation"
on = 1
at = 14
seconds = {seconds}
"""


@pytest.mark.parametrize(
    ("seconds", "what", "expected"),
    [
        pytest.param(25, ("genesis",), ["route-injection", "cvm-recovery"], id="a-check-found-it-right"),
        pytest.param(4, ("genesis",), ["route-injection"], id="no-check-missed-the-cvm"),
        pytest.param(25, ("vmkernel",), ["route-injection"], id="no-log-of-a-check"),
    ],
)
def test_a_route_that_a_check_found_right_is_given_back_when_the_cvm_is_seen_again(
    seconds: int, what: tuple[str, ...], expected: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "story.toml"
    path.write_text(HIDDEN.format(seconds=seconds), "utf-8")
    truth = simulate(
        scenario_of(str(path)), 1, Options(phase=20 * SECOND, tail=40 * SECOND), Evidence(esxi_logs=True)
    ).truth
    given = Given(files=tuple(one for one in truth.evidence if one.what in what))

    episodes = as_logs_have_it(truth, given).episodes

    assert [one.kind for one in episodes] == expected
    assert episodes[-1].instants.repaired == truth.episodes[-1].instants.repaired


BOOTED = """\
[[fault]]
do = "cvm-power-off"
on = 1
at = 12

[[fault]]
do = "cvm-power-on"
on = 1
at = 62

[[fault]]
do = "cvm-power-off"
on = 1
at = {stops}
"""


@pytest.mark.parametrize(
    ("stops", "what", "begun"),
    [
        pytest.param(91, ("genesis",), True, id="the-last-check-saw-it-start"),
        pytest.param(120, ("genesis",), False, id="a-check-found-it-down"),
        pytest.param(91, ("genesis", "span"), False, id="a-capture-hears-it-no-more"),
    ],
)
def test_a_return_that_nothing_shows_to_have_come_to_nothing_is_one_begun(
    stops: int, what: tuple[str, ...], begun: bool, tmp_path: Path
) -> None:
    path = tmp_path / "story.toml"
    path.write_text(BOOTED.format(stops=stops), "utf-8")
    made = simulate(scenario_of(str(path)), 1, Options(phase=20 * SECOND, tail=15 * SECOND))
    given = Given(files=tuple(one for one in made.truth.evidence if one.what in what))
    returned = Episode(
        id="E2",
        kind="cvm-recovery",
        host=made.truth.hosts[0].address,
        cvm=None,
        gateway=None,
        gateway_valid=None,
        before=ThePath("remote"),
        during=ThePath("remote"),
        after=ThePath("unknown"),
        instants=(),
        claims=(),
        confidence="medium",
    )
    told = MeasuredEpisode(
        episode=returned, stages=(), measurements=(), longest=None, phases=(), verdict="NOT-JUDGED", judgements=()
    )

    assert is_return_begun(told, made.truth, given) == begun


@pytest.mark.parametrize(("what", "shown"), [(("genesis",), False), (("genesis", "vmkernel"), True)])
def test_when_a_person_added_what_genesis_had_ordered_is_in_the_hosts_logs(
    what: tuple[str, ...], *, shown: bool
) -> None:
    made = simulate(
        scenario_of("cvm-failure"), 1, Options(phase=20 * SECOND, tail=20 * SECOND), Evidence(esxi_logs=True)
    )
    (one,) = made.truth.episodes
    truth = replace(made.truth, episodes=(replace(one, repaired_by="person"),))

    (seen,) = as_logs_have_it(truth, Given(files=tuple(file for file in truth.evidence if file.what in what))).episodes

    assert (seen.instants.repaired is not None) == shown
