"""A run without names: everything comes back with the key, and a field that nobody named is redacted, too."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.about import About
from analyzer.model.event import Event, HaUnclassified, HostStorage, Mark, RouteCommand, VmPower
from analyzer.model.run import Run
from analyzer.model.source import Origin
from analyzer.redact import Key, is_key_of, redacted, restored
from analyzer.redact.run import CLOCKS, KEPT, NAMED, _each, _fields
from analyzer.store import decode_run, encode_run
from tests.conftest import SAMPLES
from tests.recordings import analysed
from tests.report import builder
from tests.report.hostile import ATTACKS, attacked

KEY = Key(secret="5a" * 32)
REPLACE = msgspec.structs.replace


def with_events(*details: object) -> Run:
    """A run with these events beside its own."""
    run = builder.run(builder.episode())
    events = [
        Event(at=run.events[0].at, detail=detail, origin=Origin(builder.GENESIS, 90 + n), text=f"line {n}")  # type: ignore[arg-type]
        for n, detail in enumerate(details)
    ]
    return REPLACE(run, events=(*run.events, *events))


def document(run: Run) -> str:
    return encode_run(redacted(run, KEY).run).decode()


@pytest.mark.parametrize("case", [path.parent.name for path in sorted(SAMPLES.glob("*/genesis.out"))])
def test_a_recording_comes_back_and_its_document_holds(case: str) -> None:
    run = analysed(SAMPLES / case, "captures+log")
    told = redacted(run, KEY)
    assert told.run != run
    assert told.removed == 0
    assert decode_run(encode_run(told.run), "run.json") == told.run
    assert restored(told.run, told.key) == run
    assert redacted(run, KEY).run == told.run, "the same key, the same run"


def test_names_that_fields_hold_are_known_in_texts() -> None:
    run = with_events(
        RouteCommand(action="add", actor="person", host="esx-7", gateway="10.9.8.7", user="jdoe", login="10.9.8.1"),
        VmPower(state="off", host="esx-7", vm="NTNX CVM 7", user="VSPHERE.LOCAL\\admin7", on="esx-7.lab"),
        HostStorage(state="server-lost", server="192.168.5.2", datastore="gold", identifier="a1b2c3d4-e5f60718"),
        HaUnclassified("jdoe moved gold to NTNX CVM 7 on esx-7 by 10.9.8.7"),
        Mark(action="note", target=None, gateway=None, text="called Erika about gold"),
    )
    told = document(run)
    for name in ("jdoe", "esx-7", "NTNX CVM 7", "VSPHERE", "admin7", "gold", "a1b2c3d4", "10.9.8.", "Erika"):
        assert name not in told, name
    assert "192.168.5.2" in told
    assert told.count("user-") >= 3
    assert told.count("datastore-") >= 2


def test_what_a_run_is_about_is_redacted_word_by_word() -> None:
    run = REPLACE(
        builder.run(),
        about=About(title="Acme failover", ticket="CHG77123", cluster="acme-01", operator="Jane", zone="Europe/Berlin"),
    )
    told = redacted(run, KEY).run.about
    assert told.title is not None
    assert told.title.endswith(" failover")
    assert told.zone == "Europe/Berlin"
    assert "acme" not in str(told).lower()
    assert told.cluster is not None
    assert told.cluster.startswith("cluster-")
    assert told.operator is not None
    assert told.operator.startswith("user-")
    assert restored(REPLACE(run, about=told), redacted(run, KEY).key).about == run.about


def test_a_text_in_which_a_name_is_left_is_replaced_whole_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were a word with a name in it taken for one of ours, the second look would find it."""
    monkeypatch.setattr("analyzer.redact.text._is_plain", lambda word: True)
    run = REPLACE(builder.run(), about=About(title="by vm-jdoe-7", operator="jdoe"))
    told = redacted(run, KEY)
    assert str(told.run.about.title).startswith("text-")
    assert told.removed == 1
    assert told.run.settings.redacted == 1
    assert restored(told.run, told.key) == run


def test_a_known_key_is_used_again_and_grows() -> None:
    first = redacted(builder.run(builder.episode()), KEY)
    again = redacted(with_events(Mark(action="note", target=None, gateway=None, text="Erika")), first.key)
    assert first.key.originals.items() < again.key.originals.items()
    assert restored(first.run, again.key) == builder.run(builder.episode())


def test_the_fields_that_are_named_exist() -> None:
    named = [(shape, field) for table in (KEPT, NAMED, CLOCKS) for shape, fields in table.items() for field in fields]
    assert named
    assert [(shape, field) for shape, field in named if field not in _fields(shape)] == []


def test_clocks_and_times_stay() -> None:
    run = builder.run(builder.episode())
    told = redacted(run, KEY).run
    assert [one.offset for one in told.clocks] == [one.offset for one in run.clocks]
    assert len({one.clock for one in told.clocks}) == len({one.clock for one in run.clocks})
    assert [one.at.least for one in told.events] == [one.at.least for one in run.events]


def test_sources_keep_their_folders_apart() -> None:
    run = builder.run(builder.episode())
    told = redacted(run, KEY).run
    for before, after in zip(run.sources, told.sources, strict=True):
        assert len(Path(before.name).parts) == len(Path(after.name).parts)
        assert Path(before.name).suffix == Path(after.name).suffix
    assert {one.origin.source for one in told.events} <= {one.name for one in told.sources}


NAMES = st.text("qxzjQX7 -_.@/:()[]%äß→", min_size=5, max_size=14).filter(lambda name: len(re.sub(r"\W", "", name)) > 3)


@settings(deadline=None)
@given(user=NAMES, vm=NAMES, datastore=NAMES)
def test_whatever_a_name_is_made_of_it_is_replaced_and_comes_back(user: str, vm: str, datastore: str) -> None:
    run = with_events(
        RouteCommand(action="add", actor="person", host="esx-7", gateway="10.9.8.7", user=user),
        VmPower(state="off", host="esx-7", vm=vm, user=user),
        HostStorage(state="server-lost", datastore=datastore),
        HaUnclassified(f"{user} moved {datastore} to {vm}, ({user}) and '{vm}'={datastore}"),
    )
    told = redacted(run, KEY)
    document = encode_run(told.run).decode().lower()
    assert [name for name in (user, vm, datastore) if name.lower() in document] == []
    assert restored(told.run, told.key) == run


@pytest.mark.parametrize(
    ("clock", "begins"),
    [
        ("capture", "capture"),
        ("none", "none"),
        ("log:case/genesis.out", "log:file-"),
        ("capture:case/span.pcap", "capture:file-"),
        ("esxi:esx-7", "esxi:host-"),
        ("esxi:host-of-10.1.2.3", "esxi:host-of-10."),
        ("cvm:10.1.2.3", "cvm:10."),
        ("cvm:00:50:56:0a:0b:0c", "cvm:"),
    ],
)
def test_a_clock_is_named_after_what_stands_for_its_machine_or_file(clock: str, begins: str) -> None:
    run = builder.run()
    told = redacted(REPLACE(run, clocks=(REPLACE(run.clocks[0], clock=clock),)), KEY)
    (now,) = (one.clock for one in told.run.clocks)
    assert now.startswith(begins)
    assert (now == clock) == (clock in ("capture", "none"))
    assert restored(told.run, told.key).clocks[0].clock == clock


def texts_of(run: Run) -> list[str]:
    """Each text of a run, but for fields with words of ours."""
    found: list[str] = []

    def met(shape: type[msgspec.Struct], field: str, text: str) -> str:
        if field not in KEPT.get(shape, ()):
            found.append(text)
        return text

    _each(run, met)
    return found


def test_a_name_in_any_free_text_is_replaced() -> None:
    run = attacked("Payroll-Srv 7 of 10.9.8.7")
    told = redacted(run, KEY)
    assert len([text for text in texts_of(run) if "Payroll" in text]) > 5
    assert [text for text in texts_of(told.run) if "payroll" in text.lower() or "10.9.8" in text] == []
    assert restored(told.run, told.key) == run


@pytest.mark.parametrize("text", ATTACKS, ids=range(len(ATTACKS)))
def test_hostile_text_is_no_fault_and_comes_back(text: str) -> None:
    run = attacked(text)
    told = redacted(run, KEY)
    assert restored(told.run, told.key) == run


@pytest.mark.parametrize("version", ["6.5.2", "7.0.3 build-19193900", "6.5, 6.5.1"])
def test_a_release_stays_and_what_is_none_does_not(version: str) -> None:
    run = REPLACE(builder.run(), about=About(aos_version=version, esxi_version=f"{version} of Acme"))
    told = redacted(run, KEY).run.about
    assert told.aos_version == version
    assert "acme" not in str(told.esxi_version).lower()


def test_the_key_of_another_run_is_known_as_such() -> None:
    run = builder.run(builder.episode())
    told, other = redacted(run, KEY), redacted(run, Key(secret="7e" * 32))
    assert is_key_of(told.run, told.key)
    assert not is_key_of(told.run, other.key)
    address = REPLACE(other.key, originals={**other.key.originals, told.run.hosts[0].address: "10.1.2.3"})
    assert not is_key_of(told.run, address), "an address that is the same by chance tells nothing"
