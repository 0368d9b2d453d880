"""What a command runs in the end: behind `sudo`, `time` or `nohup`, in a shell of its own, or on another machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from analyzer.ingest.logs.text.addresses import is_ipv4

ROUTE_TOOLS = ("esxcfg-route", "vicfg-route", "esxcli", "localcli")

_WITH_VALUES: Mapping[str, tuple[str, ...]] = {
    "sudo": ("-u", "-g", "-h", "-p"),
    "time": ("-f", "-o"),
    "nohup": (),
    "nice": ("-n",),
    "ionice": ("-c", "-n"),
    "env": ("-u",),
    "exec": (),
    "command": (),
    "builtin": (),
    "setsid": (),
    "busybox": (),
    "timeout": ("-t", "-s", "-k"),
}
"""Commands that run another one, each with the options that have a value of their own."""
SHELLS = ("sh", "ash", "bash", "dash", "su")
_SSH_WITH_VALUES = tuple(f"-{letter}" for letter in "bcDEeFIiJLlmOopQRSWw")
_WATCH_WITH_VALUES = ("-n", "--interval")
_OF_ALL: Mapping[str, str] = {"hostssh": "every host", "allssh": ""}
"""What a CVM has to run a line everywhere, and where: on the hosts, or on the CVMs."""
_HERE = ("localhost", "127.0.0.1")
_HELP = ("--help", "-?")
_SHORT_HELP = "-h"  # of the others, the host that they are to work on


class Inside(msgspec.Struct, frozen=True):
    """A line for another shell. `on` is its machine where that is another; `sure`: it runs; `ends`: what stands behind
    it in the line runs after it.
    """

    line: str
    on: str = ""
    sure: bool = True
    ends: bool = True


def unwrapped(words: tuple[str, ...]) -> tuple[str, ...] | Inside:
    """The command that runs in the end, by its own name; or the line that another shell is given."""
    while words:
        name = words[0].rpartition("/")[2]
        rest = words[1:]
        if name in _WITH_VALUES:
            if name == "command" and rest[:1] in (("-v",), ("-V",)):
                return (name,)  # it only says where the command is
            words = _behind_options(rest, _WITH_VALUES[name])
            if name == "timeout" and words and words[0].rstrip("smhd").replace(".", "").isdigit():
                words = words[1:]
            while name in ("env", "sudo") and words and "=" in words[0]:
                words = words[1:]
            continue
        return _run(name, rest)
    return ()


def _run(name: str, rest: tuple[str, ...]) -> tuple[str, ...] | Inside:
    if name in SHELLS and "-c" in rest[:-1]:
        return Inside(rest[rest.index("-c") + 1])
    if name == "eval":
        return Inside(" ".join(rest))
    if name == "watch":
        return Inside(" ".join(_behind_options(rest, _WATCH_WITH_VALUES)), ends=False)
    if name == "xargs":
        return Inside(" ".join(_behind_options(rest, ("-n", "-I", "-P", "-L", "-d"))), sure=False)
    if name in _OF_ALL:
        return Inside(" ".join(rest), _OF_ALL[name])
    if name == "ssh":
        target, *line = _behind_options(rest, _SSH_WITH_VALUES) or ("",)
        on = target.rpartition("@")[2]
        return Inside(" ".join(line), "" if on in _HERE else on)
    return (name, *rest)


def _behind_options(words: tuple[str, ...], with_values: Sequence[str]) -> tuple[str, ...]:
    """The words behind a command's own options."""
    while words and words[0].startswith("-") and len(words[0]) > 1:
        if words[0] == "--":
            return words[1:]
        words = words[2:] if words[0] in with_values else words[1:]
    return words


def asks_for_help(words: Sequence[str]) -> bool:
    """Whether a route command only prints how it is called."""
    return any(word in _HELP or (word == _SHORT_HELP and words[0] == "esxcfg-route") for word in words[1:])


def complete(words: Sequence[str]) -> bool:
    """Whether a route command has all that it needs to change anything: a network, its mask and a gateway."""
    if any("$" in word or "`" in word for word in words):
        return False
    if words[0] in ("esxcli", "localcli"):
        gateway, network = (_option(words, names) for names in (("--gateway", "-g"), ("--network", "-n")))
        return is_ipv4(gateway) and _is_network(network)
    places = [word for word in words[1:] if not word.startswith("-")]
    whole = len(places) == 2 and _is_network(places[0]) and "/" in places[0]
    masked = len(places) == 3 and all(is_ipv4(word) for word in places)
    return masked or (whole and is_ipv4(places[1]))


def _option(words: Sequence[str], names: Sequence[str]) -> str:
    """The value of an option: `--gateway X`, `--gateway=X`, `-g X` or `-gX`."""
    for place, word in enumerate(words):
        for name in names:
            if word == name:
                return words[place + 1] if place + 1 < len(words) else ""
            if word.startswith(f"{name}=") or (len(name) == 2 and word.startswith(name)):
                return word.removeprefix(name).removeprefix("=")
    return ""


def _is_network(text: str) -> bool:
    address, _, length = text.partition("/")
    return is_ipv4(address) and (not length or length.isdigit())
