"""The verdict on a terminal: whole at any width, and with nothing in it that a terminal obeys."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pytest

from analyzer.cli.table import FINDINGS_SHOWN, SKIPPED_SHOWN, print_verdict, print_warnings
from analyzer.model.about import About
from analyzer.model.episode import MeasuredEpisode
from analyzer.model.finding import Finding
from analyzer.model.over_time.coverage import Lack
from analyzer.model.path import Snapshot
from analyzer.model.source import Origin, Reason, Skipped
from tests.report import builder


class Terminal(io.StringIO):
    """A terminal without colours."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def run_at_width(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TERM", "xterm")  # a dumb one has 80 columns, whatever is said
    monkeypatch.setenv("NO_COLOR", "1")
    return "COLUMNS"


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_nothing_is_cut_at_any_width(run_at_width: str, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv(run_at_width, str(width))
    out = Terminal()
    print_verdict(builder.run(builder.episode()), Path("reports/x/report.html"), out)
    assert "…" not in out.getvalue()
    for part in ("LATE", "cvm-failure", "esx-a", "23.6 s ± 0.5 s", "23 s", "27.071 s", "reports/x/report.html"):
        assert part in out.getvalue(), part
    assert [line for line in out.getvalue().splitlines() if len(line) > width and " " in line.strip()] == []


@pytest.mark.parametrize("found", [(builder.episode(),), ()], ids=["episode", "nothing"])
def test_a_sentence_is_broken_between_words_on_a_terminal_alone(
    run_at_width: str, monkeypatch: pytest.MonkeyPatch, found: tuple[MeasuredEpisode, ...]
) -> None:
    monkeypatch.setenv(run_at_width, "40")
    terminal, pipe = Terminal(), io.StringIO()
    run = builder.run(*found, verdict="UNDECIDED")
    for out in (terminal, pipe):
        print_verdict(run, Path("reports/x/report.html"), out)
        print_warnings(run, out)
    assert max(map(len, terminal.getvalue().splitlines())) <= 40
    assert len(terminal.getvalue().splitlines()) > len(pipe.getvalue().splitlines())
    first = pipe.getvalue().splitlines()[0]
    assert first in " ".join(line.strip() for line in terminal.getvalue().splitlines())


def test_off_a_terminal_the_table_is_as_wide_as_it_needs() -> None:
    measured = builder.episode()
    host = msgspec.structs.replace(measured.episode, host="a-very-long-name-of-a-host." * 4)
    out = io.StringIO()
    print_verdict(builder.run(msgspec.structs.replace(measured, episode=host)), Path("r"), out)
    assert "a-very-long-name-of-a-host." * 4 in out.getvalue()


def test_no_interruption_is_no_outage() -> None:
    measured = builder.episode()
    outages = tuple(
        msgspec.structs.replace(m, note="no-pause") if m.metric == "outage" else m for m in measured.measurements
    )
    out = io.StringIO()
    print_verdict(builder.run(msgspec.structs.replace(measured, measurements=outages)), Path("r"), out)
    assert "no interruption" in out.getvalue()
    assert "27.071 s" not in out.getvalue()


def test_a_run_without_an_episode_says_what_that_rests_on() -> None:
    out = io.StringIO()
    print_verdict(builder.run(verdict="NOT-JUDGED"), Path("r"), out)
    said = " ".join(out.getvalue().split())
    assert "Nothing failed over and storage was not interrupted, from " in said
    assert (
        "A failover of host esx-a (192.168.1.24) would have been seen by its NFS calls and their replies from" in said
    )
    assert "218 NFS calls to the storage address, each answered; longest pause between replies: 1.5 s" in said


def test_a_run_that_can_show_nothing_says_what_is_missing() -> None:
    lacks = (Lack("unseen", "192.168.1.25"), Lack("one-moment", "routes.txt"))
    out = io.StringIO()
    print_verdict(builder.replaced(builder.run(verdict="UNDECIDED"), coverage=builder.coverage(*lacks)), Path("r"), out)

    said = out.getvalue()
    assert "Nothing failed over" not in said
    assert "? cvm-failure: UNDECIDED" in said
    assert "For host 192.168.1.25 the evidence has neither NFS calls and replies" in said
    assert "routes.txt" in said


def test_beside_an_episode_only_what_it_does_not_tell_is_said() -> None:
    lacks = (Lack("unseen", "192.168.1.25"), Lack("moved", "192.168.1.24", (builder.START, builder.FAULT)))
    out = io.StringIO()
    print_verdict(builder.replaced(builder.run(builder.episode()), coverage=builder.coverage(*lacks)), Path("r"), out)

    assert "The calls of host esx-a (192.168.1.24) used another path" in out.getvalue()
    assert "192.168.1.25" not in out.getvalue()


def test_hostile_words_are_shown_and_stay_on_their_line() -> None:
    finding = Finding(code="AP101", severity="warning", sentence="typed \x1b[2J\nfake: ok [red]", advice="Ask")
    run = msgspec.structs.replace(
        builder.run(),
        case="a\nb\x1b[31m",
        findings=(finding,),
        skipped=(Skipped("x\x07", "line 1", Reason("fault", detail="bad\u202e")),),
    )
    out = io.StringIO()
    print_warnings(run, out)
    print_verdict(run, Path("r\n/report.html"), out)
    assert not set("\x1b\x07\u202e") & set(out.getvalue())
    assert "warning AP101: typed \\x1b[2J\\nfake: ok [red]. Ask.\n" in out.getvalue()
    assert "a\\nb\\x1b[31m" in out.getvalue()


def test_what_is_no_evidence_is_named_and_what_was_read_is_not_called_skipped() -> None:
    beside = [Skipped(f"case/{n}.bin", "file", Reason("not-evidence")) for n in range(SKIPPED_SHOWN + 2)]
    known = ("case/a.zip!/notes.txt", "case/README.md", "case/truth.json", "case/old/report.html")
    inside = [Skipped(name, "file", Reason("not-evidence")) for name in known]
    others = Skipped("case/genesis.out", "file", Reason("picked-out")), Skipped("case/x.png", "file", Reason("image"))
    out = io.StringIO()
    print_warnings(builder.replaced(builder.run(), skipped=(*inside, *beside, *others)), out)

    said = out.getvalue().splitlines()
    assert [line for line in said if line.startswith("note: case/genesis.out")]
    assert [line for line in said if line.startswith("skipped: case/x.png")]
    (ignored,) = (line for line in said if line.startswith("ignored: "))
    assert ignored.startswith("ignored: case/0.bin, case/1.bin, ")
    assert ignored.endswith("case/7.bin and 2 more: are no captures, logs, tables or notes")
    assert not [name for name in known if name in "".join(said)]


def test_of_many_findings_alike_the_first_are_shown_and_the_others_counted() -> None:
    typed = [Finding(code="AP101", severity="warning", sentence=f"typed {n}") for n in range(FINDINGS_SHOWN + 3)]
    other = Finding(code="AP104", severity="problem", sentence="slow")
    out = io.StringIO()
    print_warnings(builder.replaced(builder.run(), findings=(*typed, other)), out)

    said = out.getvalue()
    assert "warning AP101: 3 more, listed in the report\n" in said
    assert said.count("warning AP101: typed") == FINDINGS_SHOWN
    assert "problem AP104: slow.\n" in said
    assert "AP104: 0 more" not in said


@pytest.mark.parametrize("stream", [Terminal, io.StringIO], ids=["lines", "a table"])
def test_the_answer_comes_first_and_each_judgement_has_its_row(
    run_at_width: str, monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO]
) -> None:
    monkeypatch.setenv(run_at_width, "60")
    out = stream()
    print_verdict(builder.run(builder.episode()), Path("r"), out)

    first, *rest = out.getvalue().splitlines()
    assert first == "Acceptable: yes. Action: none."
    rows = [line for line in rest if "#" in line and ".met" not in line]
    assert len(rows) == 2, "a bar each"
    assert [word for word in ("detection", "outage") if any(word in line for line in rest)] == ["detection", "outage"]


def test_the_line_that_decided_is_named() -> None:
    lost = msgspec.structs.replace(
        builder.outage(), verdict="MISSED", reason="datastore-lost", origins=(Origin("vobd.log", 7), Origin("x", 8))
    )
    measured = msgspec.structs.replace(builder.episode(), judgements=(lost,))
    out = io.StringIO()
    print_verdict(builder.run(measured), Path("r"), out)

    assert "E1: outage: the host's own log says that it lost its datastore" in out.getvalue()
    assert "(vobd.log line 7)" in out.getvalue()


def test_the_names_of_the_inventory_stand_where_addresses_do() -> None:
    missing = Lack("unseen", "192.168.1.24")
    run = msgspec.structs.replace(builder.run(), coverage=builder.coverage(missing))
    out = io.StringIO()
    print_verdict(run, Path("r"), out)
    assert "For host esx-a (192.168.1.24) the evidence has neither" in out.getvalue()


def test_states_beyond_those_named_are_counted() -> None:
    out = io.StringIO()
    states = tuple(Snapshot(state="cvm-up", of=f"10.0.0.{number}") for number in range(1_008))
    print_verdict(msgspec.structs.replace(builder.run(), snapshots=states), Path("x"), out)

    assert "1,000 more states that tables show are in the report and run.json." in out.getvalue()


def test_what_a_run_is_about_stands_under_the_answer() -> None:
    about = About(title="Plug\x1b[2J", ticket="CHG1", operator="K. Tanaka", labels=(("phase", "2"),))
    out = io.StringIO()
    print_verdict(msgspec.structs.replace(builder.run(), about=about), Path("r"), out)
    assert out.getvalue().splitlines()[1] == "Plug\\x1b[2J · ticket CHG1 · by K. Tanaka · phase=2"
