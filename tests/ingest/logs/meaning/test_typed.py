"""The route commands of lines that an ESXi host logged of its shell and of SSH."""

# ruff: noqa: E501 - log lines are as long as they are

from __future__ import annotations

import io

import pytest

from analyzer.config import Settings
from analyzer.ingest import logs
from analyzer.ingest.logs.meaning.typed import command_line
from analyzer.ingest.logs.shell.shells import Shells
from analyzer.model.event import Event, OtherRoute, RouteCommand
from analyzer.model.source import SourceKind

RULES = logs.load_rules(())
ADD = "esxcfg-route -a 192.168.5.2 255.255.255.255 192.168.1.28"


def events(kind: SourceKind, *lines: str) -> list[Event]:
    text = "".join(f"{line}\n" for line in lines)
    return list(logs.read(io.BytesIO(text.encode()), f"{kind}.log", kind, Settings(), RULES).events)


def test_each_command_of_a_line_is_an_event_of_that_line() -> None:
    found = events(
        "shell",
        "2023-12-07T05:06:50.900Z In(14) shell[22]: [root]: esxcfg-route -d 192.168.5.2/32 192.168.1.28; sleep 3; esxcfg-route -a 192.168.5.2/32 192.168.1.27",
    )
    told = [(one.detail.action, one.detail.gateway) for one in found if isinstance(one.detail, RouteCommand)]
    assert told == [("delete", "192.168.1.28"), ("add", "192.168.1.27")]
    assert [one.origin.number for one in found] == [1, 1]
    assert found[1].at.least - found[0].at.least == 3 * 10**9
    assert found[0].at.doubt < 10**6


@pytest.mark.parametrize(
    "line",
    [
        '2023-12-07T05:46:50.900Z In(14) shell[22]: [root]: grep "esxcfg-route -a 192.168.5.2" /var/log/shell.log',
        "2023-12-07T05:47:50.900Z In(14) shell[22]: [root]: # esxcfg-route -a 192.168.5.2/32 192.168.1.28",
        "2015-07-19T04:10:01Z shell[35521]: [root]: history | grep 'esxcfg-route -d'",
        "2015-07-19T04:10:01Z shell[35521]: [root]: esxcfg-route -a 10.0.0.0/8 192.168.1.28; esxcfg-route -l",
    ],
)
def test_what_runs_nothing_of_the_storage_address_is_no_event(line: str) -> None:
    assert events("shell", line) == []


def test_a_route_to_another_address_is_told_as_such() -> None:
    line = "2015-07-19T04:10:01Z shell[35521]: [root]: esxcfg-route -a 192.168.33.2/32 192.168.1.28"

    assert [one.detail for one in events("shell", line)] == [OtherRoute("add", "192.168.33.2", None, "192.168.1.28")]


def test_what_may_not_have_run_is_not_sure() -> None:
    (one,) = events(
        "shell", f"2023-12-07T05:06:50.900Z In(14) shell[22]: [root]: esxcfg-route -l | grep -q 5.2 || {ADD}"
    )
    assert isinstance(one.detail, RouteCommand)
    assert not one.detail.sure


def test_what_was_typed_for_another_machine_is_of_that() -> None:
    (one,) = events("shell", f"2023-12-07T05:06:50.900Z In(14) shell[22]: [root]: ssh root@192.168.1.25 '{ADD}'")
    assert isinstance(one.detail, RouteCommand)
    assert (one.detail.host, one.detail.sure, one.detail.elsewhere) == ("192.168.1.25", True, True)


def test_whose_name_it_is_for_which_something_was_typed_is_not_sure() -> None:
    (one,) = events("shell", f"2023-12-07T05:06:50.900Z In(14) shell[22]: [root]: ssh root@esx-b '{ADD}'")
    assert isinstance(one.detail, RouteCommand)
    assert (one.detail.host, one.detail.sure, one.detail.elsewhere) == ("esx-b", False, True)


def test_what_came_with_the_login_is_read_as_a_shell_does() -> None:
    found = events(
        "auth",
        f"2015-07-19T04:10:01Z sshd[77731]: User 'root' running command '{ADD} && esxcfg-route -l'",
        f"2015-07-19T04:10:02Z sshd[77731]: User 'root' running command 'grep \"{ADD}\" /var/log/auth.log'",
    )
    assert [one.origin.number for one in found] == [1]


@pytest.mark.parametrize(
    "message", ["[APDCorrelator] 941us: [esx.clear] text", "sshd[9]: Connection from 1.2.3.4 port 5"]
)
def test_other_messages_hold_no_line_for_a_shell(message: str) -> None:
    assert command_line(message, "1", Shells()) is None


@pytest.mark.parametrize(("reader", "sure"), [("cat > /tmp/fix.sh", False), ("sh", True)])
def test_what_was_typed_as_a_text_is_not_sure_to_have_run(reader: str, *, sure: bool) -> None:
    typed = (f"{reader} <<EOF", "date", ADD, "EOF")

    (one,) = events(
        "shell", *(f"2023-12-07T05:06:5{at}.900Z In(14) shell[22]: [root]: {line}" for at, line in enumerate(typed))
    )

    assert isinstance(one.detail, RouteCommand)
    assert (one.detail.sure, one.origin.number) == (sure, 3)
