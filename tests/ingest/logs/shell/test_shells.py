"""What a shell keeps from one typed line to the next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.ingest.logs.shell.shells import Shells

ADD, DELETE = "esxcfg-route -a 192.168.5.2/32 192.168.1.28", "esxcfg-route -d 192.168.5.2/32 192.168.1.28"


def told(*lines: str, pid: str = "1") -> list[str]:
    """Of each line typed into one shell the commands that it runs; one that may not have run has a question mark."""
    shells = Shells()
    return [
        "; ".join(" ".join(one.words) + ("" if one.sure else "?") for one in shells.ran(pid, line).commands)
        for line in lines
    ]


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        pytest.param((f"back() {{ {ADD}; }}", "ls", "back"), ADD, id="a function"),
        pytest.param((f"function back {{ {ADD}; }}", "sleep 3 && back"), ADD, id="within a line"),
        pytest.param(("to() { esxcfg-route -a 192.168.5.2/32 $1; }", "to 192.168.1.28"), ADD, id="with an argument"),
        pytest.param((f"f() {{ {DELETE}; }}", f"f() {{ {ADD}; }}", "f"), ADD, id="the latest of a name"),
        pytest.param((f"alias back='{ADD}'", "back"), ADD, id="an alias"),
        pytest.param(("alias r=esxcfg-route", "r -a 192.168.5.2/32 192.168.1.28"), ADD, id="an alias of the tool"),
        pytest.param((f"alias back='{ADD}'", "unalias back", "back"), "", id="no more an alias"),
        pytest.param(("GW=192.168.1.28", "esxcfg-route -a 192.168.5.2/32 $GW"), ADD, id="a variable"),
        pytest.param(("export GW=192.168.1.28", "esxcfg-route -a 192.168.5.2/32 ${GW}"), ADD, id="exported"),
        pytest.param((f"R='{ADD}'", "$R"), ADD, id="the command in a variable"),
        pytest.param((f"R='{ADD}'", 'eval "$R"'), ADD, id="evaluated"),
        pytest.param((f"R='{ADD}'", '"$R"'), "", id="in quotes it is one word"),
        pytest.param((f"R='{ADD}'", "echo $R"), "", id="written only"),
        pytest.param((f"R='{ADD}'", "echo $R | sh"), ADD, id="written to a shell"),
        pytest.param((f"R='{ADD}'", "unset R", "$R"), "", id="no more known"),
        pytest.param(
            ("GW=192.168.1.28", "read GW", "esxcfg-route -a 192.168.5.2/32 $GW"),
            "esxcfg-route -a 192.168.5.2/32 $GW?",
            id="read from somebody",
        ),
        pytest.param(("cat > x <<EOF", f"f() {{ {ADD}; }}", "EOF", "f"), "", id="in a document"),
        pytest.param((f"back() {{ {ADD}; }}", "echo back"), "", id="its name only"),
    ],
)
def test_what_a_line_runs_by_the_lines_before_it(lines: tuple[str, ...], last: str) -> None:
    assert told(*lines)[-1] == last


def test_each_shell_has_its_own() -> None:
    shells = Shells()
    shells.ran("1", f"f() {{ {ADD}; }}")

    assert shells.ran("2", "f").commands == ()
    assert len(shells.ran("1", "f").commands) == 1


def test_where_no_process_is_named_a_function_may_be_called_by_a_later_line() -> None:
    shells = Shells()

    assert not shells.ran("", f"f() {{ {ADD}; }}").whole
    assert shells.ran("", "f() { esxcfg-route -l; }").whole
    assert shells.ran("", f"f() {{ {ADD}; }}; f").whole
    assert shells.ran("", "f").commands == ()


def test_of_very_many_names_and_shells_the_latest_are_known() -> None:
    shells = Shells()
    for number in range(2_000):
        shells.ran("1", f"v{number}=192.168.1.28")
        shells.ran(f"{number}", "v=192.168.1.28")
    shells.ran("1", "v1999=192.168.1.28")

    assert shells.ran("1", "esxcfg-route -a 192.168.5.2/32 $v1999").commands[0].sure
    assert not shells.ran("1", "esxcfg-route -a 192.168.5.2/32 $v7").commands[0].sure
    assert not shells.ran("7", "esxcfg-route -a 192.168.5.2/32 $v").commands[0].sure


@given(st.lists(st.text("ab=$'\"(){};|& f<E\n"), max_size=6))
def test_any_lines_can_be_told(lines: list[str]) -> None:
    assert len(told(*lines)) == len(lines)
