"""What HA checks say of a host: in so many words, by silence, or not at all."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.judge.coverage.checked import Witness, Word
from analyzer.judge.dossier import Dossier
from analyzer.model.event import Forwarding, HaUnclassified, HealthyChecks, StargateStates
from analyzer.model.instant import SECOND
from analyzer.model.source import Reason, Skipped
from tests.correlate.builder import CVM, HOST, PEER, REMOTE, Genesis
from tests.judge.health.scene import correlated, dossier, event, source

UP = StargateStates(up=(CVM, PEER, REMOTE), all_of="up")
OTHER = "192.168.1.25"


def of_checks(log: Genesis, host: str | None = HOST, cvm: str | None = CVM) -> Word:
    return Witness(correlated(log)).word(host, cvm)


def a_log(*odd: tuple[int, str]) -> Genesis:
    """Checks each 30 s that find all well, but for those at `odd` seconds."""
    log = Genesis()
    for second in range(2, 300, 30):
        what = next((what for at, what in odd if at == second), "well")
        match what:
            case "well":
                log.all_up(second * 1000)
            case "unreadable":
                log.tell(second * 1000, UP)
                log.tell(second * 1000, Forwarding("unreadable", HOST))
            case "illegal":
                log.tell(second * 1000, UP)
                log.illegal(second * 1000, REMOTE)
            case "absent":
                log.tell(second * 1000, UP)
                log.correct(second * 1000)
                log.absent(second * 1000)
            case "nameless":
                log.tell(second * 1000, UP)
            case "unread":
                log.all_up(second * 1000)
                log.tell(second * 1000, HaUnclassified(f"WARNING ha_service.py:9 {HOST} is odd"))
            case _:
                assert what == "none"
    return log


def seconds(word: Word) -> list[tuple[int, int]]:
    """The stretches in which the path was right, s after the first check."""
    zero = word.right[0][0]
    return [((first - zero) // SECOND, (last - zero) // SECOND) for first, last in word.right]


def test_checks_that_follow_each_other_are_one_stretch() -> None:
    assert seconds(of_checks(a_log())) == [(0, 270)]


def test_a_check_that_is_missed_is_no_gap_and_two_are() -> None:
    assert len(of_checks(a_log((62, "none"))).right) == 1
    assert Witness(correlated(a_log((62, "none")))).jumps == ()


def test_stamps_with_a_gap_are_a_jump_where_the_clock_is_taken_as_set() -> None:
    witness = Witness(correlated(a_log((62, "none"), (92, "none"))))

    assert len(witness.word(HOST, CVM).right) + len(witness.jumps) == 2


@pytest.mark.parametrize("what", ["unreadable", "illegal", "absent", "nameless", "unread"])
def test_a_check_that_does_not_find_the_path_right_says_nothing_good(what: str) -> None:
    assert seconds(of_checks(a_log((92, what)))) == [(0, 60), (120, 270)]


def test_a_line_that_no_rule_takes_makes_no_check_longer() -> None:
    log = a_log((272, "well"))
    log.tell(275_000, HaUnclassified("Traceback (most recent call last):"))

    assert seconds(of_checks(log)) == [(0, 270)]


def test_what_could_not_be_read_is_told_of_its_host_alone() -> None:
    log = a_log((92, "unreadable"))
    for second in range(2, 300, 30):
        log.correct(second * 1000, host=OTHER, cvm=PEER)

    assert len(of_checks(log).unreadable) == 1
    assert of_checks(log, OTHER, PEER).unreadable == ()
    assert seconds(of_checks(log, OTHER, PEER)) == [(0, 270)]


def test_a_host_that_the_checks_do_not_name_is_not_checked_where_they_name_others() -> None:
    word = of_checks(a_log(), OTHER, PEER)

    assert (word.right, len(word.left_out)) == ((), 10)


def test_a_check_that_tells_of_others_leaves_a_host_out() -> None:
    log = Genesis()
    for second in range(2, 300, 30):
        log.tell(second * 1000, UP)
        log.correct(second * 1000, host=OTHER, cvm=PEER)
        if second != 92:
            log.correct(second * 1000)

    assert len(of_checks(log).left_out) == 1
    assert of_checks(log, OTHER, PEER).left_out == ()
    assert of_checks(a_log((92, "nameless"))).left_out == ()


def test_lines_that_were_searched_for_find_nothing_right() -> None:
    told = correlated(a_log())
    picked = Skipped("genesis.out", "file", Reason("picked-out"))
    sources = tuple(replace(one, skipped=(picked,)) for one in told.evidence.sources)
    searched = Dossier(replace(told.found, evidence=replace(told.evidence, sources=sources)))

    assert Witness(told).word(HOST, CVM).right
    assert Witness(searched).word(HOST, CVM).right == ()


def of_stargates(*told: StargateStates) -> Dossier:
    """Checks that tell of Stargates alone."""
    events = tuple(event(one, at=30 * number, clock="log") for number, one in enumerate(told))
    return dossier(events=tuple(one for one in events), sources=(source(kind="genesis", clock="capture"),))


def test_where_no_check_names_a_host_the_stargates_tell() -> None:
    down = StargateStates(up=(PEER, REMOTE), down=(CVM,))
    told = dossier(events=tuple(event(one, at=30 * n) for n, one in enumerate((UP, down, UP))))

    assert len(Witness(told).word(HOST, CVM).right) == 2
    assert len(Witness(told).word(OTHER, PEER).right) == 1
    assert len(Witness(told).word(OTHER, None).right) == 2
    assert len(Witness(told).word(None, None).right) == 2


@pytest.mark.parametrize("cvm", [CVM, None], ids=["of a host", "of any"])
def test_a_stargate_that_is_not_initialised_yet_serves_nobody(cvm: str | None) -> None:
    """It is not down, and a host whose own CVM it is may be elsewhere."""
    log = Genesis()
    for second in range(2, 300, 30):
        log.tell(second * 1000, StargateStates(up=(PEER, REMOTE), initializing=(CVM,)))

    assert of_checks(log, HOST if cvm else None, cvm).right == ()
    assert len(of_checks(log, OTHER, PEER).right) == 1


def test_many_checks_told_as_one_are_a_stretch() -> None:
    row = HealthyChecks((UP, Forwarding("correct", HOST, None, CVM)), (30 * SECOND,) * 50, (2,) * 50)

    word = Witness(dossier(events=(event(row),))).word(HOST, CVM)

    assert [last - first for first, last in word.right] == [1500 * SECOND]


def test_a_host_that_is_forwarded_is_told() -> None:
    log = Genesis()
    for second in range(2, 300, 30):
        log.cvm_down(second * 1000)
        log.correct(second * 1000, REMOTE)

    assert of_checks(log).forwarded
    assert not of_checks(a_log()).forwarded


def test_a_log_lasts_from_its_first_check_to_its_last_record() -> None:
    log = a_log()
    log.tell(400_000, HaUnclassified("later"))
    witness = Witness(correlated(log))

    assert witness.sources == {"genesis.out"}
    assert [(last - first) // SECOND for first, last in witness.logs] == [398]


def test_a_host_that_is_known_by_its_port_may_be_any_that_checks_name() -> None:
    word = Witness(correlated(a_log())).word("00:50:56:6a:01:18", None, is_port=True)

    assert (word.right, word.left_out) == ((), ())
