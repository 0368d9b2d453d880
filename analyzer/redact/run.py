"""A run without names, and back: each text field of each of its values, by what the field is.

A field that is not named here holds text that anybody may have written: it is redacted word by word. So a field that is
new is safe before anybody thinks of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from ipaddress import AddressValueError, IPv6Address
from typing import TypeVar

import msgspec
from msgspec import inspect

from analyzer.model.about import About
from analyzer.model.clock import ClockOffset, OffsetNote
from analyzer.model.cluster import Cvm, Host
from analyzer.model.episode import Episode, Statement
from analyzer.model.event import HostStorage, NfsMount, RouteCommand, TypedAtPrompt, VmPower
from analyzer.model.evidence import CapturedFrames, CaptureInterface
from analyzer.model.finding import CaptureQuality, Finding
from analyzer.model.instant import Instant
from analyzer.model.measurement import How, KnownMeasurement, Latency, LongOperation, MissingMeasurement
from analyzer.model.over_time.coverage import HostCoverage
from analyzer.model.run import Action, Expectation, ProjectFile, Run, RunSettings
from analyzer.model.source import Log, Origin, Skipped, Source
from analyzer.model.traffic import CaptureTotals
from analyzer.redact.addresses import is_ipv4
from analyzer.redact.frames import redacted_frame
from analyzer.redact.key import Key
from analyzer.redact.left import MAC, Left
from analyzer.redact.replacements import KINDS, PSEUDONYM, Kind, Replacements
from analyzer.redact.text import Texts
from analyzer.redact.text import restored as restored_text
from analyzer.redact.vocabulary import is_known

Shape = type[msgspec.Struct]
_Struct = TypeVar("_Struct", bound=msgspec.Struct)

Change = Callable[[Shape, str, str], str]
"""What becomes of a text of a field."""
KEPT: dict[Shape, frozenset[str]] = {
    Run: frozenset({"autopath_version"}),
    Action: frozenset({"episodes"}),
    RunSettings: frozenset({"storage_address", "host_private_address", "cvm_management_address", "log_timezone"}),
    Expectation: frozenset({"kind", "metric"}),
    ProjectFile: frozenset({"name", "digest", "keys"}),
    Source: frozenset({"kind", "digest", "format", "zone"}),
    Log: frozenset({"title"}),
    CaptureTotals: frozenset({"nfs_calls", "nfs_replies"}),
    Episode: frozenset({"id"}),
    KnownMeasurement: frozenset({"metric"}),
    MissingMeasurement: frozenset({"metric"}),
    LongOperation: frozenset({"procedure"}),
    Latency: frozenset({"procedure"}),
    How: frozenset({"flags"}),
    Statement: frozenset({"flags"}),
    Finding: frozenset({"code"}),
    About: frozenset({"zone"}),
}
"""Fields with words of ours, of a standard or of a vendor."""
NAMED: dict[Shape, dict[str, Kind]] = {
    Run: {"case": "file"},
    RunSettings: {"rules": "file"},
    Source: {"name": "file", "host": "host", "of_cvm": "host"},
    Host: {"name": "host", "address": "host"},
    Cvm: {"name": "host", "address": "host"},
    Episode: {"host": "host", "cvm": "host"},
    HostCoverage: {"host": "host"},
    Origin: {"source": "file"},
    Skipped: {"source": "file"},
    CaptureTotals: {"source": "file"},
    CaptureQuality: {"source": "file"},
    CaptureInterface: {"source": "file"},
    How: {"user": "user"},
    RouteCommand: {"user": "user", "host": "host"},
    TypedAtPrompt: {"user": "user", "machine": "host", "on": "host"},
    VmPower: {"user": "user", "vm": "vm", "on": "host"},
    HostStorage: {"server": "host", "datastore": "datastore", "identifier": "id"},
    NfsMount: {"volume": "datastore", "server": "host", "share": "datastore"},
    About: {"cluster": "cluster", "operator": "user"},
}
"""Fields with a name, which is then known wherever it stands."""
VERSIONS: dict[Shape, frozenset[str]] = {About: frozenset({"aos_version", "esxi_version"})}
"""Fields with releases, which a person may have written."""
RELEASE = re.compile(r"\d+(?:\.\d+){0,4}(?: build-\d{1,9})?(?:, \d+(?:\.\d+){0,4}(?: build-\d{1,9})?)*")
CLOCKS: dict[Shape, frozenset[str]] = {
    Source: frozenset({"clock"}),
    Instant: frozenset({"clock"}),
    ClockOffset: frozenset({"clock", "reference"}),
    OffsetNote: frozenset({"clock", "other"}),
}
"""Fields with `log:FILE`, `esxi:HOST` and the like: the name behind the colon."""
HOST_OF = "host-of-"
"""Before a CVM's address: the clock of a host that is known by its CVM only."""
FILE_CLOCKS, CLOCK_KINDS = ("capture", "log"), ("capture", "cvm", "esxi", "log")
PRODUCTS = re.compile(r"(?:genesis\.out|(?:vmkernel|vobd|shell|auth|hostd|syslog)\.log)(?:\.\d{1,3})?(?:\.gz)?")
"""What products call their logs."""
PARTS = re.compile(r"(!/|/)")
"""What separates the names of folders, files and the members of bundles."""


class Redacted(msgspec.Struct, frozen=True):
    """A run and its frames without names, the key with what stands for what, and how many texts had to be replaced
    whole: a name was left in them word by word.
    """

    run: Run
    key: Key
    removed: int
    frames: CapturedFrames | None = None


def redacted(run: Run, key: Key, frames: CapturedFrames | None = None) -> Redacted:
    """The run, and frames of its captures, without the names and addresses of whoever they are of; times, figures and
    the addresses that every Nutanix cluster has (those of the settings) stay. Frames end with their headers.
    """
    replacements = replacements_of(run, key)
    known = _known(run)
    names = Texts(replacements, known, {})
    texts = Texts(replacements, known, {source.name: _file(source.name, names) for source in run.sources})
    first = cache(lambda shape, field, text: _redacted(shape, field, text, texts))
    _each(run, first)  # to meet all addresses
    left, whole = _left(replacements, known), set[str]()

    @cache
    def surely(shape: Shape, field: str, text: str) -> str:
        told: str = first(shape, field, text)
        if field in KEPT.get(shape, ()) or not left.is_in(told):
            return told
        whole.add(text)
        return replacements.name("text", text)

    last = _each(run, surely)
    told = _frames(frames, replacements, surely) if frames else None
    settings = msgspec.structs.replace(last.settings, redacted=len(whole))
    return Redacted(msgspec.structs.replace(last, settings=settings), replacements.key, len(whole), told)


def _frames(frames: CapturedFrames, replacements: Replacements, change: Change) -> CapturedFrames:
    bare = [
        msgspec.structs.replace(one, data=redacted_frame(one.data, one.interface.link_type, replacements))
        for one in frames.frames
    ]
    return _each(msgspec.structs.replace(frames, frames=tuple(bare)), change)


def restored(run: Run, key: Key) -> Run:
    """The run with everything back that the key knows."""
    replacements = Replacements(key)
    back = _each(run, lambda _shape, _field, text: restored_text(text, replacements))
    settings = msgspec.structs.replace(back.settings, redacted=msgspec.UNSET)
    return msgspec.structs.replace(back, settings=settings)


def is_key_of(run: Run, key: Key) -> bool:
    """Whether the key maps names of a redacted run back, or addresses where it has no names: those of another key may
    be the same by chance.
    """
    replacements = Replacements(key)
    names, others = list[bool](), list[bool]()

    def met(_shape: Shape, _field: str, text: str) -> str:
        found = PSEUDONYM.findall(text)
        (names if found else others).extend(restored_text(one, replacements) != one for one in found or (text,))
        return text

    _each(run, met)
    return any(names or others)


def replacements_of(run: Run, key: Key) -> Replacements:
    """The replacements under a key for what is of this run: the addresses that every cluster has stay."""
    told = run.settings
    kept = (told.storage_address, told.host_private_address, told.cvm_management_address)
    return Replacements(key, frozenset(one for one in kept if is_ipv4(one)))


def _redacted(shape: Shape, field: str, text: str, texts: Texts) -> str:
    if field in KEPT.get(shape, ()):
        return text
    if field in CLOCKS.get(shape, ()):
        return _clock(text, texts)
    if field in VERSIONS.get(shape, ()) and RELEASE.fullmatch(text):
        return text
    kind = _kind(shape, field)
    if kind == "file":
        return _file(text, texts)
    return texts.redacted(text) if kind is None or not text or _is_address(text) else texts.name(kind, text)


def _clock(clock: str, texts: Texts) -> str:
    whose, _, name = clock.partition(":")
    if whose not in CLOCK_KINDS or not name:
        return texts.redacted(clock)
    if whose in FILE_CLOCKS:
        return f"{whose}:{_file(name, texts)}"
    of = HOST_OF if name.startswith(HOST_OF) else ""
    return f"{whose}:{of}{_part(name.removeprefix(of), texts, 'host')}"


def _file(path: str, texts: Texts) -> str:
    """A path by its parts; the name that a product gives its log stays, and one that is an address stays one."""
    return "".join(
        part if PARTS.fullmatch(part) or _is_everybodys(part) else _part(part, texts) for part in PARTS.split(path)
    )


def _part(name: str, texts: Texts, kind: Kind = "file") -> str:
    return texts.redacted(name) if _is_address(name) else texts.name(kind, name)


def _is_everybodys(name: str) -> bool:
    return PRODUCTS.fullmatch(name) is not None or not re.search(r"\w", name)


def _kind(shape: Shape, field: str) -> Kind | None:
    return NAMED.get(shape, {}).get(field)


def _known(run: Run) -> dict[str, Kind]:
    """Every name that a field of its own holds, with what it is of; the surest where several fields have it."""
    found: dict[str, Kind] = {}

    def met(shape: Shape, field: str, text: str) -> str:
        kind = _kind(shape, field)
        parts = PARTS.split(text) if kind in ("file", "datastore") else ()
        for name in parts if kind == "file" else (text, *parts):
            if kind and _tells(name) and not (kind == "file" and _is_common(name)):
                found[name] = min(kind, found.get(name, kind), key=KINDS.index)
        return text

    _each(run, met)
    return found


def _is_common(name: str) -> bool:
    """Whether the name of a file or folder may stand in a text without meaning it."""
    return _is_everybodys(name) or ("." not in name and is_known(name))


def _tells(name: str) -> bool:
    """Whether a name is one wherever it stands: no address, no sign and no small number."""
    return len(name) > 1 and re.search(r"[^\W\d]|(?:\d\W*){4}", name) is not None and not _is_address(name)


def _left(replacements: Replacements, known: Mapping[str, Kind]) -> Left:
    """What must not be left in any text: the names that are known, and each address and MAC that was met."""
    replaced = replacements.replaced
    stand = frozenset(replaced.values())  # an address may stand for one that is another's
    return Left(
        [name for name in known if name in replaced and name not in stand],
        [one for one in replaced if one not in stand and _is_address(one)],
    )


def _is_address(text: str) -> bool:
    return is_ipv4(text) or MAC.fullmatch(text) is not None or _is_ipv6(text)


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True


# --- each text of a run ----------------------------------------------------------------------------------------------


def _each(value: _Struct, change: Change) -> _Struct:
    """The struct with each text of its structs changed; words of a closed set are no texts."""
    shape = type(value)
    parts = {field: getattr(value, field) for field in _fields(shape)}
    changed = {field: _changed(part, shape, field, change) for field, part in parts.items()}
    new = {field: part for field, part in changed.items() if part is not parts[field]}
    return msgspec.structs.replace(value, **new) if new else value


def _changed(value: object, shape: Shape, field: str, change: Change) -> object:
    if isinstance(value, str):
        return change(shape, field, value)
    if isinstance(value, tuple):
        return tuple(_changed(one, shape, field, change) for one in value)
    return _each(value, change) if isinstance(value, msgspec.Struct) else value


@cache
def _fields(shape: Shape) -> tuple[str, ...]:
    """The fields that can hold a text, or a struct with one."""
    return tuple(field.name for field in inspect.type_info(shape).fields if _holds_text(field.type))  # type: ignore[attr-defined]


def _holds_text(kind: inspect.Type) -> bool:
    if isinstance(kind, inspect.StrType | inspect.StructType):
        return True
    if isinstance(kind, inspect.UnionType):
        return any(map(_holds_text, kind.types))
    if isinstance(kind, inspect.TupleType):
        return any(map(_holds_text, kind.item_types))
    if isinstance(kind, inspect.VarTupleType):
        return _holds_text(kind.item_type)
    if isinstance(
        kind, inspect.IntType | inspect.BoolType | inspect.NoneType | inspect.LiteralType | inspect.BytesType
    ):
        return False
    raise TypeError(f"a field of {kind} may hold a text, and nobody says how to redact it")
