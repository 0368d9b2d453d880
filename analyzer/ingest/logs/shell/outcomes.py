"""Whether a command is sure to succeed, or to fail: what stands behind `&&`, `||`, `if` or `while` runs by that.

    true && esxcfg-route -a …      runs
    false && esxcfg-route -a …     does not, nor does what stands behind `true ||`
    ! false && esxcfg-route -a …   runs

References: POSIX.1-2017, Shell Command Language, 2.9.2 Pipelines (`!`), 2.9.3 Lists (`&&` and `||`).
"""

from __future__ import annotations

from analyzer.ingest.logs.shell.grammar import (
    Choice,
    Function,
    Listed,
    Loop,
    Node,
    Pipeline,
    Simple,
    Unfinished,
)
from analyzer.ingest.logs.shell.wrapped import unwrapped

ALWAYS = frozenset(("true", ":"))
NEVER = frozenset(("false",))


def outcome(node: Node) -> bool | None:
    """Whether a command succeeds whatever is asked; None where that is not known."""
    match node:
        case Simple():
            command = unwrapped(node.words)
            name = command[0] if isinstance(command, tuple) and command else ""
            return True if name in ALWAYS else False if name in NEVER else None
        case Pipeline():
            last = outcome(node.parts[-1])
            return last if last is None or not node.negated else not last
        case Listed():
            return _of_list(node)
        case Loop() | Choice() | Function() | Unfinished():
            return None


def is_skipped(joint: str, before: bool | None) -> bool:
    """Whether what stands behind an operator surely does not run, by the outcome of what ran before it."""
    return (joint == "&&" and before is False) or (joint == "||" and before is True)


def _of_list(listed: Listed) -> bool | None:
    before, found = ";", None
    for node, joint in listed.parts:
        if not is_skipped(before, found):
            found = outcome_behind(before, found, node)
        before = joint
    return found


def outcome_behind(joint: str, before: bool | None, node: Node) -> bool | None:
    """The outcome of a list up to a command that is not skipped. Behind one that may fail it may not have run: `… &&
    false` fails all the same, and `… || true` succeeds.
    """
    alone = outcome(node)
    if joint not in ("&&", "||") or before is not None:
        return alone
    return alone if alone is (joint == "||") else None
