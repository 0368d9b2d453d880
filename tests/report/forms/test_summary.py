"""The summaries: what matters first, never more than fits, and nothing of a run gets out of its line."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from analyzer.model.about import About
from analyzer.model.finding import Finding
from analyzer.model.run import Run
from analyzer.report.forms import summary
from analyzer.report.forms.material import Material
from analyzer.report.forms.summary import MOST
from tests.report import builder
from tests.report.forms.text.test_markdown import INLINE, OURS, contents, kinds
from tests.report.hostile import ATTACKS, attacked, texts

NAMES = ("summary.md", "summary.txt")
each_file = pytest.mark.parametrize("name", NAMES)
ONE = builder.run(builder.episode())
MANY = builder.run(*[builder.episode(verdict=verdict) for verdict in ("MET", "LATE", "MISSED")] * 40, verdict="MISSED")


def written(run: Run, name: str) -> str:
    return summary.write(Material(run=run, document=b""))[name].decode()


@each_file
@pytest.mark.parametrize(
    "run", [builder.run(builder.episode()), builder.empty(), MANY], ids=["one-episode", "empty", "120-episodes"]
)
def test_it_is_never_longer_than_a_ticket_takes(run: Run, name: str) -> None:
    text = written(run, name)
    assert len(text) <= MOST == 4_000
    assert text.endswith("\n")


def test_the_answer_comes_first_and_then_what_happened_and_how_that_was_judged() -> None:
    page = Material(run=ONE, document=b"").page
    lines = written(ONE, "summary.txt").splitlines()
    assert lines[0] == "Acceptable: yes. Action: none."
    assert lines[1] == "◷ LATE: cvm-failure."
    assert lines[2].startswith("- ! warning AP104: ")
    assert lines[3] == f"◷ LATE: {page.front.sentences[0].text} Confidence in this account: high."
    assert lines[4].startswith("- Detection latency: ◷ LATE (measured 23.6 s ± 0.5 s")
    assert page.episodes[0].judgements[1].sentence in lines[5]
    assert lines[-1] == "By autopath 0.1.0; the report has the evidence for each figure."


def test_what_the_run_is_about_stands_with_its_title() -> None:
    about = About(title="Failover test 7", ticket="CHG0012345", labels=(("rack", "B4"),))
    lines = written(builder.replaced(ONE, about=about), "summary.txt").splitlines()
    assert lines[1] == "◷ LATE: Failover test 7. (Ticket: CHG0012345; Case: cvm-failure; rack: B4)"


def test_what_would_settle_it_stands_with_the_judgement() -> None:
    text = written(builder.run(builder.episode(verdict="UNDECIDED"), verdict="UNDECIDED"), "summary.txt")
    assert "To settle this, supply: genesis.out of the CVM that led Genesis." in text


def test_a_run_without_an_episode_says_what_was_checked() -> None:
    run = builder.run(verdict="NOT-JUDGED")
    checked = Material(run=run, document=b"").page.checked
    assert checked
    assert set(checked) <= {line.removeprefix("- ") for line in written(run, "summary.txt").splitlines()}


@each_file
def test_what_does_not_fit_is_counted_and_the_worst_come_first(name: str) -> None:
    lines = [line for line in written(MANY, name).splitlines() if line]
    assert lines[-1].startswith("… ")
    assert lines[-1].endswith(" more lines do not fit here: the report has them.")
    verdicts = [line.strip("*").split(":")[0] for line in lines[3:-1] if not line.startswith("- ")]
    assert verdicts
    assert set(verdicts) == {"✗ MISSED"}
    whole = len(lines) - 1 + int(lines[-1].split()[1])
    judged = sum(len(one.judgements) for one in Material(run=MANY, document=b"").page.episodes)
    assert whole == 2 + 1 + 120 + judged + 3, "answer, run, finding, episodes, judgements; defaults, range, program"


def test_the_last_line_of_all_is_not_called_more_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    run = builder.run(builder.episode())
    text = written(run, "summary.txt")
    monkeypatch.setattr(summary, "MOST", len(text) - 1)
    assert written(run, "summary.txt").splitlines()[-1] == "… 1 more line does not fit here: the report has them."
    monkeypatch.setattr(summary, "MOST", len(text))
    assert written(run, "summary.txt") == text


def test_problems_come_before_warnings_and_what_is_said_twice_is_told_once() -> None:
    findings = (
        Finding(code="AP104", severity="warning", sentence="The client sent a call 9 times.", advice="Look at it."),
        Finding(code="AP102", severity="problem", sentence="It was lost."),
        Finding(code="AP202", severity="info", sentence="All is well."),
    )
    run = builder.replaced(builder.run(builder.episode()), findings=findings)
    lines = written(run, "summary.txt").splitlines()
    assert [line.split(":")[0] for line in lines if " AP" in line] == ["- ✗ problem AP102", "- ! warning AP104"]


def test_problems_beyond_those_of_the_first_screen_are_counted() -> None:
    findings = tuple(
        Finding(code=f"AP{number}", severity="problem", sentence="It is so.") for number in range(100, 120)
    )
    lines = written(builder.replaced(builder.run(verdict="NOT-JUDGED"), findings=findings), "summary.txt").splitlines()
    shown = [line for line in lines if line.startswith("- ✗ problem AP")]
    assert f"- {len(findings) - len(shown)} more problems and warnings are in the report." in lines


@each_file
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(text=texts)
def test_no_text_of_a_run_gets_out_of_its_line(name: str, text: str) -> None:
    found, plain = (written(attacked(each), name) for each in (text, "x"))
    assert len(found) <= MOST
    assert found.count("\n") <= plain.count("\n") or "fit here" in found
    assert "\r" not in found
    if name == "summary.md":
        assert kinds(found) <= OURS | INLINE


@each_file
@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if attack.strip()], ids=ascii)
def test_a_megabyte_of_text_leaves_room_for_the_answer(name: str, attack: str) -> None:
    text = written(attacked(attack * (1_000_000 // len(attack))), name)
    assert len(text) <= MOST
    first = text.splitlines()[0].strip("*")
    assert first.startswith("Acceptable: ")


def test_markdown_says_what_the_text_says() -> None:
    run = builder.run(builder.episode(), builder.episode("route-injection"))
    plain = [" ".join(line.removeprefix("- ").split()) for line in written(run, "summary.txt").splitlines()]
    assert contents(written(run, "summary.md")) == plain
