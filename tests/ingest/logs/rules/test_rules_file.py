"""Rules files: the packaged ones load; a user's come first and extend; each kind of mistake is one clear sentence."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.errors import ConfigurationError
from analyzer.ingest import logs
from analyzer.model.event import Forwarding

HEAD = 'version = 1\nfamily = "genesis"\n'
RULE = '[[rule]]\nname = "mine"\n'
BAD = [
    pytest.param("version = ", "no valid TOML", id="bad-toml"),
    pytest.param("version = " + "[" * 100_000, "no valid TOML", id="nested"),
    pytest.param(b"\xff\xfe\x00", "no UTF-8", id="not-text"),
    pytest.param('family = "genesis"\n', "version", id="no-version"),
    pytest.param('version = 7\nfamily = "genesis"\n', "version 7", id="unknown-version"),
    pytest.param('version = 1\nfamily = "esx"\n', "family", id="unknown-family"),
    pytest.param(HEAD + 'tokens = ["a", ""]\n', "token '' is empty", id="empty-token"),
    pytest.param(HEAD + 'tokens = ["a\\nb"]\n', "spans lines", id="token-of-two-lines"),
    pytest.param(HEAD + "rules = 1\n", "rules", id="unknown-key"),
    pytest.param(
        HEAD + RULE + 'event = "task"\nall = ["a"]\nregex = "x"\n', "rule 'mine'.*regex", id="unknown-rule-key"
    ),
    pytest.param(HEAD + '[[rule]]\nevent = "task"\nall = ["a"]\n', "rule 1 .without a name", id="no-name"),
    pytest.param(HEAD + RULE + 'event = "task"\nall = ["(a"]\n', "rule 'mine'.*bad regular expression", id="bad-regex"),
    pytest.param(HEAD + RULE + 'event = "task"\nall = ["[[a]b"]\n', "'mine'.*Possible nested set", id="warned-regex"),
    pytest.param(
        HEAD + RULE + 'event = "lunch"\nall = ["a"]\n', "rule 'mine'.*unknown event 'lunch'", id="unknown-event"
    ),
    pytest.param(
        HEAD + RULE + 'event = "task"\nall = ["a"]\nset = { cvm = "x" }\n',
        "rule 'mine'.*unknown field 'cvm'",
        id="unknown-field",
    ),
    pytest.param(
        HEAD + RULE + 'event = "forwarding"\nall = ["a"]\nset = { state = "odd" }\n',
        "state can't be 'odd'",
        id="unknown-value",
    ),
    pytest.param(HEAD + RULE + 'event = "forwarding"\nall = ["a"]\n', "needs 'state'", id="missing-field"),
    pytest.param(HEAD + RULE + 'event = "task"\n', "takes every line", id="takes-everything"),
    pytest.param(HEAD + RULE + 'event = "task"\nall = ["{nowhere}"]\n', "unknown word {nowhere}", id="unknown-word"),
    pytest.param(HEAD + RULE + 'event = "task"\nall = "a"\n', "rule 'mine'.*array", id="text-for-list"),
    pytest.param(HEAD + "rule = [1]\n", "rule 1", id="rule-no-table"),
    pytest.param(HEAD + '[words]\na = "{a}"\n' + RULE + 'event = "task"\nall = ["{a}"]\n', "word", id="word-of-itself"),
]


@pytest.mark.parametrize(("content", "said"), BAD)
def test_bad_file(tmp_path: Path, content: str | bytes, said: str) -> None:
    path = tmp_path / "my.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigurationError, match=said) as raised:
        logs.load_rules([path])
    assert str(path) in str(raised.value)
    assert raised.value.exit_status == 2


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="can't be read"):
        logs.load_rules([tmp_path / "none.toml"])


@pytest.mark.parametrize(
    "tokens", [pytest.param('tokens = ["zebra"]\n', id="tokens"), pytest.param("", id="no-tokens")]
)
def test_user_rule_extends(tmp_path: Path, tokens: str) -> None:
    path = tmp_path / "my.toml"
    path.write_text(
        HEAD + tokens + RULE + "event = 'forwarding'\nall = ['zebra', '{delete}']\nset = { state = 'illegal' }\n"
        "fields = { gateway = '\\bstripes\\s*{ip}' }\n"
    )
    line = b"2025-09-21 03:26:39,784Z INFO zoo.py:1 Zebra on host 10.0.0.1 removed, stripes 10.0.0.9\n"
    plain = logs.read(io.BytesIO(line), "g", "genesis", Settings(), logs.load_rules(()))
    own = logs.read(io.BytesIO(line), "g", "genesis", Settings(), logs.load_rules([path]))
    assert plain.events == ()
    assert [(e.rule, e.detail) for e in own.events] == [
        ("mine", Forwarding("illegal", "10.0.0.1", "10.0.0.9", None, ("10.0.0.1", "10.0.0.9")))
    ]


def test_user_rule_is_tried_first(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(HEAD + "tokens = []\n" + RULE + "event = 'nothing'\nall = ['All stargates']\n")
    line = b"2025-09-21 03:26:39,784Z INFO ha_service.py:1 All stargates are up\n"
    assert logs.read(io.BytesIO(line), "g", "genesis", Settings(), logs.load_rules([path])).events == ()


HOME = "[home]\nmodule = ['^zoo']\nbeside = ['\\bcage\\b.*{storage}']\nforeign = ['lion']\n"


@pytest.mark.parametrize(
    ("record", "taken"),
    [
        pytest.param("zoo.py:1 zebra 10.0.0.1", True, id="from its module"),
        pytest.param("bar.py:1 zebra 10.0.0.1", False, id="from elsewhere"),
        pytest.param("bar.py:1 zebra in the cage of 192.168.33.2 10.0.0.1", True, id="beside a token"),
        pytest.param("bar.py:1 zebra in the cage of 192.168.33.22 10.0.0.1", False, id="another address"),
        pytest.param("zoo.py:1 zebra and lion 10.0.0.1", False, id="another program's matter"),
        pytest.param("zoo.py:1 zebra and lion in the cage of 192.168.33.2", True, id="its matter, beside a token"),
    ],
)
def test_home(tmp_path: Path, record: str, taken: bool) -> None:
    path = tmp_path / "my.toml"
    path.write_text(HEAD + HOME + RULE + "event = 'unclassified'\nall = ['zebra']\n")
    line = f"2025-09-21 03:26:39,784Z INFO {record}\n".encode()
    found = logs.read(io.BytesIO(line), "g", "genesis", Settings(), logs.load_rules([path], "192.168.33.2")).events
    assert [event.rule for event in found] == ["mine"] * taken


def test_a_rules_own_beside(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(HEAD + HOME + RULE + "event = 'unclassified'\nall = ['zebra']\nbeside = ['stripes']\n")
    line = b"2025-09-21 03:26:39,784Z INFO bar.py:1 zebra with stripes\n"
    found = logs.read(io.BytesIO(line), "g", "genesis", Settings(), logs.load_rules([path])).events
    assert [event.rule for event in found] == ["mine"]


def test_packaged_files_are_named_with_their_version() -> None:
    assert logs.load_rules(()).files == ("genesis.toml (version 1)", "esxi.toml (version 1)")


def test_every_packaged_expression_compiles() -> None:
    rules = logs.load_rules(())
    patterns = [
        p
        for rule in rules.rules
        for p in (rule.module, *rule.all, *rule.any, *rule.none, *rule.home.beside)
        if p is not None
    ]
    patterns += [p for rule in rules.rules for _, found in rule.fields for p in found]
    for _, vocabulary in rules.vocabularies:
        patterns += [p for _, p in vocabulary.words] + [p for _, found in vocabulary.roles for p in found]
        for evidence in vocabulary.evidence:
            patterns += [*evidence.modules, *evidence.messages]
            patterns += [*evidence.home.modules, *evidence.home.beside, *evidence.home.foreign]
    assert len(patterns) > 100
    for pattern in patterns:
        pattern.compiled()
