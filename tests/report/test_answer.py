"""The answer in words: acceptable or not, and for each action who has to do what."""

from __future__ import annotations

from typing import get_args

import pytest

from analyzer.model.episode import JudgedBy, Judgement, MeasuredEpisode, Verdict
from analyzer.model.run import Acceptable, Action, ActionName, Run
from analyzer.model.told import Doubt
from analyzer.report.answer import assumed, headline, nothing_found
from tests.report import builder


def run(*actions: Action, acceptable: Acceptable = "unknown", episodes: int = 1) -> Run:
    each = (builder.episode(verdict="UNDECIDED") for _ in range(episodes))
    told = (builder.remade(one, episode=builder.remade(one.episode, id=f"E{n}")) for n, one in enumerate(each, 1))
    return builder.replaced(builder.run(*told), acceptable=acceptable, actions=actions)


def outage(verdict: Verdict, reason: JudgedBy, number: int) -> MeasuredEpisode:
    judgement = Judgement(verdict=verdict, metric="outage", reason=reason, measured=None, expected=None)
    one = builder.episode()
    return builder.remade(one, judgements=(judgement,), episode=builder.remade(one.episode, id=f"E{number}"))


def test_nobody_acts_where_there_is_no_action() -> None:
    assert headline(run(acceptable="yes")) == "Acceptable: yes. Action: none."


def test_every_action_has_words_of_its_own() -> None:
    said = [headline(run(Action(name, ("E1",)))) for name in get_args(ActionName)]

    assert all(one.startswith("Acceptable: unknown. Action: ") and one.endswith(".") for one in said)
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("name", ["find-delay", "find-outage", "look-at", "give-evidence"])
def test_an_action_names_its_episodes(name: ActionName) -> None:
    assert "(episodes E1, E2)" in headline(run(Action(name, ("E1", "E2")), episodes=2))


def test_of_many_episodes_some_are_named() -> None:
    ids = tuple(f"E{number}" for number in range(1, 6))

    assert "(episodes E1, E2, E3 and 2 more)" in headline(run(Action("find-delay", ids), episodes=5))


def test_a_datastore_that_was_lost_is_told_without_an_episode() -> None:
    lost = run(Action("look-at-loss"), acceptable="no", episodes=0)

    assert nothing_found(lost).startswith("MISSED: a host lost its datastore")


def test_evidence_is_asked_for_by_what_would_decide() -> None:
    assert headline(run(Action("give-evidence", ("E1",)))) == (
        "Acceptable: unknown. Action: the team that ran the test should supply more evidence (episode E1): genesis.out"
        " of the CVM that led Genesis."
    )


def test_a_team_that_is_to_do_two_things_is_named_once() -> None:
    said = headline(run(Action("read-lines"), Action("show-all"), Action("look-at-loss"), Action("judge-again")))

    assert "Action: the team that ran the test must read the lines" in said
    assert "(AP302); it should give evidence that can show" in said
    assert "; the team that runs the cluster must find out why" in said
    assert "; analyse the evidence again" in said


def test_who_is_away_is_named() -> None:
    said = headline(run(Action("find-outage", ("E1",)), Action("find-delay", ("E1",)), acceptable="no"))

    assert said.startswith(
        "Acceptable: no. Action: the team that runs the cluster should look at the virtual machines of host"
    )
    assert "192.168.1.24" in said
    assert said.count("; ") == 1


def test_an_outage_that_is_not_in_the_evidence_is_said() -> None:
    unknown, known = outage("NOT-JUDGED", "not-bounded-above", 1), outage("MET", "within-expectation", 2)

    assert headline(builder.run(known)) == "Acceptable: yes. Action: none."
    assert headline(builder.run(unknown)).endswith("none. The evidence does not show how long storage was away.")
    assert headline(builder.run(unknown, known)).endswith(
        "none. The evidence does not show how long storage was away (episode E1)."
    )


def test_a_repair_by_nobody_known_is_said() -> None:
    unknown, known = outage("NOT-JUDGED", "author-unknown", 1), outage("MET", "within-expectation", 2)

    assert headline(builder.run(unknown, known)).endswith(
        "none. The evidence does not show who corrected the route (episode E1)."
    )


def test_what_leans_on_one_clock_is_named() -> None:
    one = builder.episode()
    leaning = builder.remade(one, judgements=tuple(builder.remade(each, one_clock=True) for each in one.judgements))

    assert assumed(builder.run(one)) == ""
    assert assumed(builder.run(leaning)) == (
        "Valid only if both captures share one clock: detection of E1, outage of E1."
    )


def test_what_leans_on_the_last_frame_of_a_cvm_is_named() -> None:
    one = builder.episode()
    leaning = builder.remade(one, episode=builder.remade(one.episode, doubts=(Doubt("fault-by-last-frame"),)))

    assert assumed(builder.run(leaning)) == (
        "Valid only if the CVM served its host until its last frame: detection of E1."
    )
