"""Rules files (TOML): the packaged ones and a user's, checked and compiled.

A file says its `version` and its `family` (one log family or a list), and holds any of: `tokens` (one of them is in
every line that its rules take; the reader looks at no other line), `[words]` (named alternatives, used in patterns as
`{name}`), `[roles]` (where a message names its host, gateway, CVM or action), `[home]` (where the file's wording comes
from), `[evidence]` (what is HA evidence even when no rule takes it) and `[[rule]]` tables. A rule takes a record when
`module` is found in the record's module and every `all`, one `any` and no `none` is found in its message; the first
rule wins. Patterns are Python regular expressions; case is ignored; `{ip}` is an address (group `value`), `{storage}`
the storage address. A field's pattern gives what its group `value` holds, or the name of the named group that took
part.

`[home]` guards all rules of its file: a record's module has to be one of its `module`, or one of its `beside` in the
message; without one of `beside`, what one of its `foreign` is in is no rule's. A rule's own `beside` takes the place of
the file's. Rules of a file without `[home]` take lines of every module.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path

import msgspec

from analyzer.config import Settings
from analyzer.errors import ConfigurationError
from analyzer.ingest.logs.families import FAMILIES
from analyzer.ingest.logs.rules.pattern import Pattern
from analyzer.ingest.logs.rules.rule import FIELDS, MUST_SET, VALUES, Evidence, Home, Patterns, Rule, Rules, Vocabulary
from analyzer.user_file import content_of, toml_table

VERSION = 1
DEFAULT_STORAGE = Settings().storage_address
PACKAGED = tuple(dict.fromkeys(family.rules for family in FAMILIES))
NAMES = tuple(family.name for family in FAMILIES)
_WORD = re.compile(r"\{([a-z_]+)\}")
_IP = r"[\s\"'(\[<{=:@]*(?P<value>\d{1,3}(?:\.\d{1,3}){3})(?!\.?\d)"


class _RuleTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A `[[rule]]` table as written."""

    name: str
    event: str
    comment: str = ""
    module: str | None = None
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    set: dict[str, str | bool] = {}
    fields: dict[str, str | tuple[str, ...]] = {}
    further: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


class _HomeTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The `[home]` table as written."""

    module: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()


class _Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The `[evidence]` table as written."""

    module: tuple[str, ...] = ()
    message: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rules file as written; its rules are checked one by one, so that an error can name the rule."""

    version: int
    family: str | tuple[str, ...]
    rule: tuple[object, ...] = ()
    tokens: tuple[str, ...] | None = None
    words: dict[str, str] = {}
    roles: dict[str, tuple[str, ...]] = {}
    evidence: _Evidence = _Evidence()
    home: _HomeTable = _HomeTable()


def load_rules(extra: Sequence[Path], storage_address: str = DEFAULT_STORAGE) -> Rules:
    """The packaged rules, with those of the files `extra` before them; `{storage}` in them is `storage_address`.

    Raises :class:`ConfigurationError` that names the file and the rule and says what is wrong and what to do.
    """
    own = {"storage": rf"(?<![\d.]){re.escape(storage_address)}(?!\.?\d)"}
    folder = resources.files("analyzer.ingest.logs.rules")
    packaged = [
        _Compiler(name, _parsed(name, folder.joinpath(name).read_bytes()), own, tested=True) for name in PACKAGED
    ]
    added = [
        _Compiler(str(path), _parsed(str(path), _bytes(path)), own | _words_of(packaged), tested=False)
        for path in extra
    ]
    files = [*added, *packaged]
    return Rules(
        rules=tuple(rule for file in files for rule in file.rules()),
        vocabularies=tuple((name, _vocabulary(name, files)) for name in NAMES),
        files=tuple(f"{file.name} (version {file.version})" for file in packaged) + tuple(file.name for file in added),
    )


def _bytes(path: Path) -> bytes:
    try:
        return content_of(path)
    except OSError as error:
        raise ConfigurationError(
            f"{path}: the rules file can't be read ({error.strerror}): check the path given to --rules"
        ) from error


def _parsed(name: str, data: bytes) -> _File:
    try:
        file = msgspec.convert(toml_table(data.decode("utf-8")), _File)
        _check(file)
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{name}: the rules file is no UTF-8 text: save it as UTF-8") from error
    except msgspec.ValidationError as error:
        raise ConfigurationError(
            f"{name}: the rules file is wrong: {error}; expected are `version`, `family` (of {', '.join(NAMES)}), "
            "`tokens`, [words], [roles], [home], [evidence] and [[rule]] tables"
        ) from error
    except ValueError as error:
        raise ConfigurationError(f"{name}: the rules file is no valid TOML: {error}; correct that place") from error
    if file.version != VERSION:
        raise ConfigurationError(
            f"{name}: version {file.version} of rules files is unknown: write `version = {VERSION}`"
        )
    return file


def _families(file: _File) -> tuple[str, ...]:
    return (file.family,) if isinstance(file.family, str) else file.family


def _check(file: _File) -> None:
    """What the types of a file's tables do not say: families that there are, tokens that are in a line."""
    for name in _families(file):
        if name not in NAMES:
            raise msgspec.ValidationError(f"there is no log family {name!r}")
    for token in file.tokens or ():
        if not token or "\n" in token:
            raise msgspec.ValidationError(f"the token {token!r} is empty or spans lines")


def _words_of(files: Iterable[_Compiler]) -> dict[str, str]:
    return {word: pattern for file in files for word, pattern in file.words.items()}


class _Compiler:
    """One rules file on its way from text to patterns; `known` are the words of other files that it may use. The
    expressions of a `tested` file are right: they are compiled only when needed.
    """

    def __init__(self, name: str, file: _File, known: Mapping[str, str], *, tested: bool) -> None:
        self.name = name
        self._tested = tested
        self.version = file.version
        self.families = _families(file)
        self.words = file.words
        self._file = file
        self._known = {**known, **file.words}
        self._filled: dict[str, str] = {}

    def rules(self) -> Iterable[Rule]:
        """The file's rules, each checked."""
        for number, table in enumerate(self._file.rule, 1):
            yield self._rule(self._table(number, table))

    def vocabulary(self) -> Vocabulary:
        """The file's words, roles, tokens and evidence."""
        file = self._file
        return Vocabulary(
            tokens=None if file.tokens is None else tuple(token.lower().encode() for token in file.tokens),
            words=tuple((name, self._pattern(pattern, f"word {name!r}")) for name, pattern in file.words.items()),
            roles=tuple((role, self._patterns(texts, f"role {role!r}")) for role, texts in file.roles.items()),
            evidence=(
                Evidence(
                    modules=self._patterns(file.evidence.module, "[evidence] module"),
                    messages=self._patterns(file.evidence.message, "[evidence] message"),
                    home=self._home((), ""),
                ),
            ),
        )

    def _wrong(self, where: str, what: str) -> ConfigurationError:
        return ConfigurationError(f"{self.name}: {where}: {what}")

    def _table(self, number: int, table: object) -> _RuleTable:
        called = table.get("name") if isinstance(table, dict) else None
        where = f"rule {called!r}" if called else f"rule {number} (without a name)"
        try:
            return msgspec.convert(table, _RuleTable)
        except msgspec.ValidationError as error:
            raise self._wrong(where, f"{error}; a rule has {', '.join(_RuleTable.__struct_fields__)}") from error

    def _rule(self, table: _RuleTable) -> Rule:
        where = f"rule {table.name!r}"
        self._check(table, where)
        return Rule(
            name=table.name,
            families=self.families,
            event=table.event,
            module=None if table.module is None else self._pattern(table.module, where),
            all=self._patterns(table.all, where),
            any=self._patterns(table.any, where),
            none=self._patterns(table.none, where),
            set=tuple((field, _text(value)) for field, value in table.set.items()),
            fields=tuple(
                (field, self._patterns((texts,) if isinstance(texts, str) else texts, where))
                for field, texts in table.fields.items()
            ),
            further=table.further,
            home=self._home(table.beside, where),
        )

    def _home(self, beside: tuple[str, ...], where: str) -> Home:
        """The file's home; `beside` of a rule, where it has one, in the place of the file's."""
        told = self._file.home
        return Home(
            modules=self._patterns(told.module, "[home] module"),
            beside=self._patterns(beside or told.beside, where if beside else "[home] beside"),
            foreign=self._patterns(told.foreign, "[home] foreign"),
        )

    def _check(self, table: _RuleTable, where: str) -> None:
        """Raise when the rule's event, fields or values are not known, or it would take every line."""
        if table.event not in FIELDS:
            raise self._wrong(where, f"unknown event {table.event!r}: use one of {', '.join(FIELDS)}")
        for field in (*table.set, *table.fields):
            if field not in FIELDS[table.event]:
                known = ", ".join(FIELDS[table.event]) or "none"
                raise self._wrong(where, f"unknown field {field!r} for the event {table.event!r}: it has {known}")
        for field, value in table.set.items():
            values = VALUES.get((table.event, field))
            if values and _text(value) not in values:
                raise self._wrong(where, f"{field} can't be {_text(value)!r}: use one of {', '.join(values)}")
        needed = MUST_SET.get(table.event)
        if needed and needed not in table.set and needed not in table.fields:
            raise self._wrong(where, f"the event {table.event!r} needs {needed!r}: give it in `set`")
        if not (table.all or table.any or table.module):
            raise self._wrong(where, "it takes every line: give it `module`, `all` or `any`")

    def _patterns(self, texts: Iterable[str], where: str) -> Patterns:
        return tuple(self._pattern(text, where) for text in texts)

    def _pattern(self, text: str, where: str) -> Pattern:
        pattern = Pattern(self._expanded(text, where))
        if not self._tested:
            self._try(pattern, text, where)
        return pattern

    def _try(self, pattern: Pattern, text: str, where: str) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")  # what a later Python reads in another way has no sure meaning
                pattern.compiled()
        except (re.error, OverflowError, RecursionError, Warning) as error:
            raise self._wrong(where, f"bad regular expression {text!r}: {error}; correct it") from error

    def _expanded(self, text: str, where: str, depth: int = 0) -> str:
        """The pattern with `{name}` replaced by the word's alternatives, and `{ip}` by an address (group `value`)."""

        def word(found: re.Match[str]) -> str:
            if found[1] == "ip":
                return _IP
            if found[1] not in self._known or depth > 8:
                raise self._wrong(where, f"unknown word {found[0]}: define it in [words], or write \\{{ for a brace")
            if found[1] not in self._filled:
                self._filled[found[1]] = f"(?:{self._expanded(self._known[found[1]], where, depth + 1)})"
            return self._filled[found[1]]

        return _WORD.sub(word, text)


def _text(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else value


def _vocabulary(family: str, files: Sequence[_Compiler]) -> Vocabulary:
    """What all files together know of a family; without tokens in one of them, every line has to be looked at."""
    parts = [file.vocabulary() for file in files if family in file.families]
    every = any(part.tokens is None for part in parts)
    roles = {role: tuple(p for part in parts for p in part.role(role)) for part in parts for role, _ in part.roles}
    return Vocabulary(
        tokens=None if every else tuple(token for part in parts for token in part.tokens or ()),
        words=tuple({name: word for part in reversed(parts) for name, word in part.words}.items()),
        roles=tuple(roles.items()),
        evidence=tuple(evidence for part in parts for evidence in part.evidence),
    )
