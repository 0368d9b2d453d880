"""Which route commands a line runs that somebody typed into a shell, in order, and how long after it was typed.

    esxcfg-route -d 192.168.5.2/32 192.168.1.28; sleep 3; esxcfg-route -a 192.168.5.2/32 192.168.1.27  two, 3 s apart
    for i in 1 2; do esxcfg-route -a 192.168.5.2/32 192.168.1.28; sleep 60; done                       two, 60 s apart
    f() { esxcfg-route -a 192.168.5.2/32 $1; }; f 192.168.1.28                                         one
    R='esxcfg-route -a 192.168.5.2/32 192.168.1.28'; $R                                                one
    grep "esxcfg-route -a" /var/log/shell.log; history | grep 'esxcfg-route -d'; # esxcfg-route -a …   none
    false && esxcfg-route -a 192.168.5.2/32 192.168.1.28; esxcfg-route -h                              none

Where the line does not tell whether or when a command ran (behind `||`, in an `if`, after a program that takes its
time, without the words that it needs), it is one that may have run (`sure` is False): only another line can show it.
What a shell's variables, functions and aliases stand for is kept from line to line (`Memory`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from analyzer.ingest.logs.shell.grammar import (
    Choice,
    Function,
    Listed,
    Loop,
    Node,
    Pipeline,
    Simple,
    Unfinished,
    parsed,
)
from analyzer.ingest.logs.shell.outcomes import ALWAYS, NEVER, is_skipped, outcome, outcome_behind
from analyzer.ingest.logs.shell.words import expanded, substituted
from analyzer.ingest.logs.shell.wrapped import ROUTE_TOOLS, Inside, asks_for_help, complete, unwrapped
from analyzer.model.instant import SECOND

MOST_TIMES = 32  # a loop over values is followed this often
MOST_STEPS = 2_048  # commands, lists and loops of a line that are gone through, however its loops stand in one another
LONGEST_VALUE = 512  # a variable with more is taken as not known
_MAYBE_TIMES = 8  # one that asks each time whether it goes on, this often
_DEEPEST = 4  # so many shells in one another
_MOST_KEPT = 64  # variables, and functions, of a shell from one line to the next
_CHANGES = frozenset(("-a", "--add", "-d", "--del", "--delete", "add", "remove"))
_NUMBERED = 9  # arguments of a function that have a name of one digit
_ALL = ("$@", '"$@"', "$*", '"$*"')
_TAKES = SECOND  # a route command, and what else is quick, takes at most this

_QUICK = frozenset((*ROUTE_TOOLS, "echo", "printf", "true", ":", "date", "cd", "logger", "set", "sync"))
_ASSIGNS = ("export", "readonly", "local", "declare")
_REMEMBERED = re.compile(r"=|\(\s*\)|\bfunction\b|\b(?:unset|unalias|read)\b")
"""What stands in each line that gives a variable or a function another meaning."""
_UNSPLIT = frozenset("'\"\\`=")
"""A word with none of these is split at the blanks of the variables in it."""
_HOLDS = ALWAYS | {"sleep"}
_SLEEP = re.compile(r"(\d{1,7}(?:\.\d{1,6})?)([smhd]?)")
_UNITS = {"": SECOND, "s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND, "d": 86400 * SECOND}
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_RANGE = re.compile(r"\{(\d{1,6})\.\.(\d{1,6})\}")
_COUNTED = re.compile(r"(?:\$\(|`)\s*seq\s+(?:(\d{1,6})\s+)?(\d{1,6})\s*[)`]")


class Ran(msgspec.Struct, frozen=True):
    """A route command: its words, from when to when after the line was typed it began (ns), whether it did for sure,
    and on which machine, where that is another (`ssh`).
    """

    words: tuple[str, ...]
    least: int = 0
    most: int = 0
    sure: bool = True
    on: str = ""


class Memory(msgspec.Struct, frozen=True):
    """What a shell's variables hold and its functions stand for, between two lines."""

    variables: Mapping[str, str] = MappingProxyType({})
    functions: Mapping[str, Node] = MappingProxyType({})

    @property
    def changes_routes(self) -> bool:
        """Whether a function would add or delete a route, whatever it is called with."""
        shell = _Shell(variables=self.variables, functions=self.functions)
        called = (_call(shell, body, ()) for body in self.functions.values())
        return any(not _CHANGES.isdisjoint(one.words) or "$@" in one.words for end in called for one in end.found)

    def bounded(self) -> Memory:
        """With no more than is kept: the latest."""
        if max(len(self.variables), len(self.functions)) <= _MOST_KEPT:
            return self
        variables, functions = [*self.variables.items()][-_MOST_KEPT:], [*self.functions.items()][-_MOST_KEPT:]
        return Memory(MappingProxyType(dict(variables)), MappingProxyType(dict(functions)))


_NEW = Memory()


class AllRan(msgspec.Struct, frozen=True):
    """What a line runs, in order. `whole` is False where it may change routes more often than is told; `memory` is what
    the shell knows behind the line.
    """

    commands: tuple[Ran, ...]
    whole: bool = True
    memory: Memory = _NEW


class _Shell(msgspec.Struct, frozen=True):
    """A shell as far as it has gone through a line: what ran, what its variables hold, what its functions stand for and
    the `arguments` of the one that runs, and the time since (ns). `steps` is how much it went through; `whole`: nothing
    was left out.
    """

    found: tuple[Ran, ...] = ()
    variables: Mapping[str, str] = MappingProxyType({})
    functions: Mapping[str, Node] = MappingProxyType({})
    arguments: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    sure: bool = True
    on: str = ""
    depth: int = 0
    steps: int = 0
    whole: bool = True

    def later(self, least: int, most: int) -> _Shell:
        """After so much time."""
        return replace(self, least=self.least + least, most=self.most + most)

    def doubted(self, *, sure: bool = False) -> _Shell:
        """With what follows as sure as before, or not at all."""
        return replace(self, sure=self.sure and sure)

    def with_variable(self, name: str, value: str) -> _Shell:
        """With a variable set."""
        others = {known: of for known, of in self.variables.items() if known != name}  # the latest stands last
        known = {name: value} if len(value) <= LONGEST_VALUE else {}
        return replace(self, variables=MappingProxyType(others | known))

    def with_function(self, name: str, body: Node) -> _Shell:
        """With a function set."""
        others = {known: of for known, of in self.functions.items() if known != name}
        return replace(self, functions=MappingProxyType({**others, name: body}))

    def without(self, names: Sequence[str]) -> _Shell:
        """With none of these variables and functions known."""
        variables = {name: of for name, of in self.variables.items() if name not in names}
        functions = {name: of for name, of in self.functions.items() if name not in names}
        return replace(self, variables=MappingProxyType(variables), functions=MappingProxyType(functions))


def ran(line: str, memory: Memory = _NEW) -> AllRan:
    """The route commands that a shell with this `memory` runs of `line`."""
    if not (any(tool in line for tool in ROUTE_TOOLS) or _REMEMBERED.search(line) or _recalls(line, memory)):
        return AllRan((), memory=memory)
    ended = _line(_Shell(variables=memory.variables, functions=memory.functions), line)
    whole = ended.whole or not any(complete(one.words) for one in ended.found)
    return AllRan(ended.found, whole, Memory(ended.variables, ended.functions).bounded())


def _recalls(line: str, memory: Memory) -> bool:
    """Whether what a shell knows may stand in a line."""
    return (bool(memory.variables) and "$" in line) or any(name in line for name in memory.functions)


def _line(shell: _Shell, line: str) -> _Shell:
    tree = parsed(line) if shell.depth < _DEEPEST else None
    return shell if tree is None else _node(shell, tree)


def _node(shell: _Shell, node: Node) -> _Shell:
    if shell.steps >= MOST_STEPS:
        return replace(shell, sure=False, whole=False)
    shell = replace(shell, steps=shell.steps + 1)
    match node:
        case Simple():
            return _simple(shell, node.words)
        case Pipeline():
            return _pipeline(shell, node.parts) if len(node.parts) > 1 else _node(shell, node.parts[0])
        case Listed():
            return _listed(shell, node)
        case Loop():
            return _loop(shell, node)
        case Choice():
            return _choice(shell, node)
        case Function():
            return shell.with_function(node.name, node.body)
        case Unfinished():
            doubtful = shell.doubted()
            for part in node.begun:
                doubtful = _node(doubtful, part)
            return doubtful


def _listed(shell: _Shell, listed: Listed) -> _Shell:
    """Behind `&&` runs what follows a command that succeeds, as a quick one is taken to; behind `||` one that fails;
    nothing waits for what is in the background.
    """
    sure = shell.sure
    before, known = ";", None
    for node, joint in listed.parts:
        if is_skipped(before, known):
            before = joint
            continue
        begun = shell if before != "||" or known is False else shell.doubted()
        known = outcome_behind(before, known, node)
        ended = _node(begun, node)
        if joint == "&":
            ended = replace(ended, least=begun.least, most=begun.most, sure=begun.sure)
        elif joint in ("&&", "||"):
            ended = ended.doubted(sure=known is not None or _succeeds(node))
        elif before == "||" and not begun.sure and ended.least == begun.least:
            ended = replace(ended, sure=sure)  # whichever of them ran, it goes on
        shell, before = ended, joint
    return shell


def _succeeds(node: Node) -> bool:
    """Whether a command is of those that are done at once and whose success nobody asks about."""
    match node:
        case Simple():
            inside = unwrapped(node.words)
            return isinstance(inside, tuple) and inside[:1] != () and inside[0] in _QUICK | {"sleep", "usleep"}
        case Pipeline():
            return not node.negated and all(_succeeds(part) for part in node.parts)
        case Listed():
            return all(_succeeds(part) for part, _ in node.parts)
        case Loop() | Choice() | Function() | Unfinished():
            return False


def _pipeline(shell: _Shell, parts: Sequence[Node]) -> _Shell:
    """All begin at once; `echo … | sh` runs what is written."""
    *_, before, last = parts
    written = _written(shell, before)
    if written is not None and isinstance(last, Simple) and last.words[0].rpartition("/")[2] in ("sh", "ash", "bash"):
        return _line(replace(shell, depth=shell.depth + 1), written)
    ends = []
    for part in parts:
        ended = _node(shell, part)
        shell = replace(shell, found=ended.found, variables=ended.variables, steps=ended.steps, whole=ended.whole)
        shell = replace(shell, functions=ended.functions)
        ends.append(ended)
    return replace(
        shell,
        least=max(one.least for one in ends),
        most=max(one.most for one in ends),
        sure=all(one.sure or _reads_only(part) for one, part in zip(ends, parts, strict=True)),
    )


def _reads_only(part: Node) -> bool:
    """Whether a part of a pipeline only reads what the one before it writes, and ends with it."""
    return isinstance(part, Simple) and part.words[0] in (
        "tee",
        "grep",
        "egrep",
        "head",
        "wc",
        "cat",
        "awk",
        "sed",
        "tail",
    )


def _written(shell: _Shell, node: Node) -> str | None:
    """What `echo` or `printf` writes."""
    if not isinstance(node, Simple) or node.words[0] not in ("echo", "printf"):
        return None
    return " ".join(expanded(word, shell.variables) for word in node.words[1:] if not word.startswith("-"))


def _loop(shell: _Shell, loop: Loop) -> _Shell:
    if loop.condition is not None:
        return _while(shell, loop, loop.condition)
    values = [value for word in loop.values for value in _values(word, shell)]
    sure = not any("$" in value or "*" in value or "`" in value for value in values)
    if len(values) > MOST_TIMES:
        shell = replace(shell, whole=False)
    for value in values[:MOST_TIMES]:
        shell = _node(shell.with_variable(loop.name, value).doubted(sure=sure), loop.body)
    return shell


def _values(word: str, shell: _Shell) -> list[str]:
    """What a word of `for` stands for."""
    counted = _RANGE.fullmatch(word) or _COUNTED.fullmatch(word)
    if counted is not None:
        first, last = int(counted[1] or 1), int(counted[2])
        return [str(number) for number in range(first, min(last, first + MOST_TIMES) + 1)]
    value = expanded(word, shell.variables)
    return value.split() if word.startswith("$") and not substituted(word) else [value]


def _while(shell: _Shell, loop: Loop, condition: Listed) -> _Shell:
    """How often it goes round is not known: the first time is, where the condition holds as it stands. Of one that
    changes routes, the rounds beyond those that are followed may have been run too.
    """
    sure, before, known = shell.sure, len(shell.found), outcome(condition)
    if known is loop.until:
        return _node(shell, condition)
    holds = known is not None or (_holds(condition) and not loop.until)
    for time in range(_MAYBE_TIMES):
        asked = _node(shell, condition)
        shell = _node(asked.doubted(sure=time == 0 and holds and sure), loop.body)
    further = any(complete(one.words) for one in shell.found[before:])
    return replace(shell.doubted(), whole=shell.whole and not further)


def _holds(condition: Listed) -> bool:
    """Whether a condition holds whatever is asked, as a pause is taken to."""
    firsts = [node.words[0] for node, _ in condition.parts if isinstance(node, Simple)]
    return len(firsts) == len(condition.parts) and set(firsts) <= _HOLDS


def _choice(shell: _Shell, choice: Choice) -> _Shell:
    """Which branch runs is not known, nor how long it takes, unless the condition tells."""
    shell = _node(shell, choice.condition)
    match outcome(choice.condition), choice.branches:
        case True, (first, *_):
            return _node(shell, first)
        case False, (_,):
            return shell
        case False, (_, last):
            return _node(shell, last)
        case False, (_, condition, *branches):
            return _choice(shell, Choice(condition, tuple(branches)))
        case _:
            pass
    sure = _holds(choice.condition)
    for place, branch in enumerate(choice.branches):
        shell = _node(shell.doubted(sure=sure and place == 0), branch)
    return shell


def _simple(shell: _Shell, typed: Sequence[str]) -> _Shell:
    for word in typed:
        for inside in substituted(word):
            shell = replace(_line(replace(shell, depth=shell.depth + 1), inside), depth=shell.depth)
    words = [part for word in typed for part in _parts(word, shell)]
    assigned = {}
    while words and (found := _ASSIGNED.fullmatch(words[0])):
        assigned[found[1]] = found[2]
        words = words[1:]
    if not words:
        return _assigned(shell, assigned)
    if words[0] in _ASSIGNS:
        named = (_ASSIGNED.fullmatch(word) for word in words[1:])
        return _assigned(shell, {one[1]: one[2] for one in named if one is not None})
    if words[0] == "alias":
        return _aliased(shell, words[1:])
    if words[0] in ("unset", "unalias", "read"):
        return shell.without(words[1:]).doubted(sure=words[0] != "read")
    if words[0] in shell.functions:
        return _call(shell, shell.functions[words[0]], words[1:])
    command = unwrapped(tuple(words))
    return _inside(shell, command) if isinstance(command, Inside) else _command(shell, command)


def _parts(word: str, shell: _Shell) -> Sequence[str]:
    """What a word stands for: more words than one where a variable holds them, or a function was called with them."""
    if word in _ALL:
        return shell.arguments
    whole = expanded(word, shell.variables)
    return whole.split() if "$" in word and _UNSPLIT.isdisjoint(word) and not substituted(word) else (whole,)


def _assigned(shell: _Shell, values: Mapping[str, str]) -> _Shell:
    for name, value in values.items():
        shell = shell.with_variable(name, value)
    return shell


def _aliased(shell: _Shell, words: Sequence[str]) -> _Shell:
    """`alias back='esxcfg-route -d …'`: a function that runs this with what it is called with."""
    for word in words:
        name, given, line = word.partition("=")
        body = parsed(f'{line} "$@"') if given and len(line) <= LONGEST_VALUE else None
        shell = shell.without((name,)) if body is None else shell.with_function(name, body)
    return shell


def _call(shell: _Shell, body: Node, arguments: Sequence[str]) -> _Shell:
    """What a function runs, with its arguments as `$1` and so on."""
    if shell.depth >= _DEEPEST:
        return replace(shell, sure=False, whole=False)
    inner = replace(shell, depth=shell.depth + 1, arguments=tuple(arguments))
    for number in range(1, _NUMBERED + 1):
        inner = inner.with_variable(str(number), arguments[number - 1] if number <= len(arguments) else "")
    ended = _node(inner, body)
    outer = {name: value for name, value in shell.variables.items() if name.isdecimal()}
    kept = {name: value for name, value in ended.variables.items() if not name.isdecimal()}
    variables = MappingProxyType(kept | outer)
    return replace(ended, depth=shell.depth, arguments=shell.arguments, variables=variables)


def _inside(shell: _Shell, inside: Inside) -> _Shell:
    """What another shell, perhaps on another machine, runs."""
    deeper = replace(shell, depth=shell.depth + 1, on=inside.on or shell.on)
    ended = _line(deeper.doubted(sure=inside.sure), inside.line)
    return replace(ended, depth=shell.depth, on=shell.on, sure=ended.sure and inside.ends)


def _command(shell: _Shell, words: Sequence[str]) -> _Shell:
    name = words[0] if words else ""
    if name in ROUTE_TOOLS and not asks_for_help(words):
        sure = shell.sure and complete(words)
        one = Ran(tuple(words), shell.least, shell.most, sure, shell.on)
        return replace(shell, found=(*shell.found, one)).later(0, _TAKES)
    if name in ("sleep", "usleep"):
        return _slept(shell, name, words[1:])
    return shell.later(0, _TAKES) if name in _QUICK | NEVER or not name else shell.doubted()


def _slept(shell: _Shell, name: str, words: Sequence[str]) -> _Shell:
    found = _SLEEP.fullmatch(words[0]) if words else None
    if found is None:
        return shell.doubted()
    whole, _, below = found[1].partition(".")
    unit = SECOND // 1_000_000 if name == "usleep" else _UNITS[found[2]]
    took = int(whole) * unit + int(below.ljust(6, "0") or 0) * unit // 1_000_000
    return shell.later(took, took + _TAKES)
