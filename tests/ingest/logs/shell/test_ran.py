"""Which route commands a typed line runs, and when."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.ingest.logs.shell.ran import MOST_STEPS, ran

ADD, DELETE = "esxcfg-route -a 192.168.5.2/32 192.168.1.28", "esxcfg-route -d 192.168.5.2/32 192.168.1.28"


def told(line: str) -> list[str]:
    """Each command as its option and when it began, in seconds; one that may not have run has a question mark."""
    return [
        f"{one.words[1]}@{one.least // 10**9}-{one.most // 10**9}{'' if one.sure else '?'}"
        for one in ran(line).commands
    ]


@pytest.mark.parametrize(
    "line",
    [
        f'grep "{ADD}" /var/log/shell.log',
        f"# {ADD}",
        "history | grep 'esxcfg-route -d'",
        f"echo {ADD}",
        f"echo '{ADD}' >> /etc/rc.local.d/local.sh",
        "man esxcfg-route",
        "which esxcfg-route && cat /sbin/esxcfg-route",
        f"alias back='{DELETE}'",
        f"logger 'will run {ADD}'",
        f"back() {{ {DELETE}; }}",
        f": {ADD}",
        f"cat /var/log/shell.log | grep -c '{ADD}'; ls",
        f"vi /tmp/{ADD}",
        f"awk '/{ADD}/' /var/log/shell.log",
        f"python -c 'print(\"{ADD}\")'",
        f'{ADD} "',
        "esxcfg-rout -a 192.168.5.2/32 192.168.1.28",
        f"false && {ADD}",
        f"true || {ADD}",
        f"/bin/false && {ADD} && date",
        f"ping -c1 x && false && {ADD}",
        f"! true && {ADD}",
        f"if false; then {ADD}; fi",
        f"while false; do {ADD}; done",
        f"until true; do {ADD}; done",
        f"true && false && {ADD} && {DELETE}",
        f"{ADD} -h",
        "esxcfg-route -h",
        "esxcli network ip route ipv4 add --help -n 192.168.5.2/32 -g 192.168.1.28",
    ],
)
def test_what_runs_no_route_command(line: str) -> None:
    assert told(line) == []


@pytest.mark.parametrize(
    ("line", "runs"),
    [
        pytest.param(ADD, ["-a@0-0"], id="alone"),
        pytest.param(f"{DELETE}; {ADD}; sleep 3; {DELETE}", ["-d@0-0", "-a@0-1", "-d@3-6"], id="one-after-another"),
        pytest.param(f"{ADD} && sleep 1m && {DELETE}", ["-a@0-0", "-d@60-62"], id="and"),
        pytest.param(f"{ADD} || {DELETE}", ["-a@0-0", "-d@0-1?"], id="or"),
        pytest.param(f"{ADD} 2>&1 | tee /tmp/log; {DELETE}", ["-a@0-0", "-d@0-1"], id="pipe"),
        pytest.param(f"f() {{ {ADD}; }}; f; sleep 60; f", ["-a@0-0", "-a@60-62"], id="function"),
        pytest.param("f() { esxcfg-route -a 192.168.5.2/32 $1; }; f 192.168.1.28", ["-a@0-0"], id="with-an-argument"),
        pytest.param('r() { esxcfg-route "$@"; }; r -a 192.168.5.2/32 192.168.1.28', ["-a@0-0"], id="with-all"),
        pytest.param(f"f() {{ f; {ADD}; }}; f", ["-a@0-0?", "-a@0-1?", "-a@0-2?", "-a@0-3?"], id="calls-itself"),
        pytest.param(f"for i in 1 2; do {ADD}; sleep 60; done", ["-a@0-0", "-a@60-62"], id="for"),
        pytest.param(f"for i in {{1..3}}; do {ADD}; sleep 20; done", ["-a@0-0", "-a@20-22", "-a@40-44"], id="range"),
        pytest.param(f"for i in $(seq 2); do {ADD}; sleep 20; done", ["-a@0-0", "-a@20-22"], id="seq"),
        pytest.param(f"for h in $(cat hosts); do {ADD}; done", ["-a@0-0?"], id="for-nobody-knows-what"),
        pytest.param(f"(sleep 60; {DELETE}) & {ADD}", ["-d@60-61", "-a@0-0"], id="background"),
        pytest.param(f"nohup sh -c 'sleep 5; {DELETE}' >/dev/null 2>&1 &", ["-d@5-6"], id="another-shell"),
        pytest.param(f"echo '{ADD}' | sh", ["-a@0-0"], id="piped-into-a-shell"),
        pytest.param(f"if true; then {ADD}; fi", ["-a@0-1"], id="if-true"),
        pytest.param(f"if ping -c1 x; then {ADD}; else {DELETE}; fi", ["-a@0-0?", "-d@0-1?"], id="if"),
        pytest.param(f"vim-cmd vmsvc/getallvms; {ADD}", ["-a@0-0?"], id="behind-what-takes-its-time"),
        pytest.param(f"for i in 1 2; do {ADD}", ["-a@0-0?"], id="unfinished"),
        pytest.param("esxcfg-route -a 192.168.5.2/32", ["-a@0-0?"], id="incomplete"),
        pytest.param(f"sleep $T; {ADD}", ["-a@0-0?"], id="nobody-knows-how-long"),
        pytest.param(f"case $1 in on) {ADD};; off) {DELETE};; esac", ["-a@0-0?", "-d@0-1?"], id="case"),
        pytest.param(f"echo $({ADD})", ["-a@0-0"], id="substituted"),
        pytest.param(f"watch -n1 '{ADD}'; {DELETE}", ["-a@0-0", "-d@0-1?"], id="watch"),
        pytest.param(f"false && {ADD} || {DELETE}", ["-d@0-1"], id="the-other-one"),
        pytest.param(f"false && {ADD}; {DELETE}", ["-d@0-1"], id="behind-what-was-skipped"),
        pytest.param(f"! false && {ADD}", ["-a@0-1"], id="not"),
        pytest.param(f"ping -c1 x && true || {ADD}", ["-a@0-1?"], id="behind-what-may-fail"),
        pytest.param(f"if false; then {ADD}; elif true; then {DELETE}; else {ADD}; fi", ["-d@0-2"], id="elif"),
    ],
)
def test_what_runs_and_when(line: str, runs: list[str]) -> None:
    assert told(line) == runs


def test_of_a_loop_that_asks_each_time_only_the_first_is_sure() -> None:
    first, second, *_ = told(f"while true; do {ADD}; sleep 60; done")
    assert (first, second) == ("-a@0-1", "-a@60-64?")


def test_of_a_loop_that_ends_when_something_holds_the_first_round_is_sure_where_it_does_not() -> None:
    first, second, *_ = told(f"until false; do {ADD}; sleep 60; done")
    assert (first, second) == ("-a@0-1", "-a@60-64?")


def test_variables_and_machines() -> None:
    (one,) = ran('GW=192.168.1.27; esxcfg-route -a 192.168.5.2/32 "$GW"').commands
    assert (one.words[-1], one.sure) == ("192.168.1.27", True)
    there, here = ran(f"ssh root@192.168.1.25 '{ADD}'; {DELETE}").commands
    assert (there.on, here.on) == ("192.168.1.25", "")


@given(st.text(alphabet="ab ;&|(){}#'\"$`\\<>!\n", max_size=40))
def test_no_line_stops_it(rest: str) -> None:
    assert isinstance(ran(f"{ADD} {rest}").commands, tuple)


@pytest.mark.parametrize("loop", ["for v in {1..40}", "while true", "until false"])
@pytest.mark.parametrize("depth", [3, 12])
def test_loops_in_one_another_cost_no_more_than_is_gone_through(loop: str, depth: int) -> None:
    line = f"sleep 1; {ADD}"
    for _ in range(depth):
        line = f"{loop}; do {line}; done"
    told = ran(line)
    assert 0 < len(told.commands) <= MOST_STEPS
    assert not told.whole


def test_variables_that_double_each_time_are_not_known_in_the_end() -> None:
    line = f"a=x{';a=$a$a' * 60}; {ADD}; esxcfg-route -a 192.168.5.2/32 $a"
    first, second = ran(line).commands
    assert (first.sure, second.sure, len(second.words[-1]) <= 512) == (True, False, True)
    assert ran(f"a=x; echo {'$a' * 30_000}; {ADD}").commands[0].sure


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        (f"for i in {{1..32}}; do {ADD}; done", True),
        (f"for i in {{1..33}}; do {ADD}; done", False),
        (f"for h in {'h ' * 40}; do ssh $h '{ADD}'; done", False),
        ("for i in {1..1000}; do esxcfg-route -l; sleep 1; done", True),
        ("for i in {1..1000}; do ping -c 1 192.168.5.2; done", True),
    ],
    ids=["as often as is followed", "once more", "over 40 hosts", "a list, again and again", "no route command"],
)
def test_a_line_that_may_change_more_routes_than_are_told_says_so(line: str, whole: bool) -> None:
    assert ran(line).whole is whole


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        pytest.param(f"while true; do {ADD}; sleep 60; done", False, id="changes routes"),
        pytest.param(f"until ping -c 1 192.168.1.28; do {ADD}; done", False, id="until"),
        pytest.param(f"{ADD}; while true; do date; sleep 1; done", True, id="looks on"),
        pytest.param(f"while sleep 1; do date; done; {ADD}", True, id="before a change"),
    ],
)
def test_of_a_loop_that_changes_routes_not_all_rounds_are_told(line: str, *, whole: bool) -> None:
    assert ran(line).whole is whole


def test_of_a_function_that_calls_itself_not_all_is_told() -> None:
    assert not ran(f"f() {{ f; {ADD}; }}; f").whole


def test_what_a_function_was_called_with_is_gone_when_it_is_done() -> None:
    line = "f() { esxcfg-route -a 192.168.5.2/32 $1; }; f 192.168.1.28; esxcfg-route -d 192.168.5.2/32 $1"

    assert [one.words[-1] for one in ran(line).commands] == ["192.168.1.28", "$1"]
