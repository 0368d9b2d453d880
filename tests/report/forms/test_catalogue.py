"""The forms: each has its module and its files, and is found by its word or says in a sentence why it isn't there."""

from __future__ import annotations

from importlib import import_module

import msgspec
import pytest

from analyzer.errors import UsageError
from analyzer.model.evidence import CapturedFrames
from analyzer.report.forms.catalogue import DEFAULT, FORMS, Form, chosen, written
from analyzer.report.forms.material import Material
from tests.report import builder

MATERIAL = Material(run=builder.run(builder.episode()), document=b"{}\n")
NO_EXTRA = Form("odd", ("odd.bin",), "never written", "document", extra="odd", packages=("no_such_package",))
OF_EVIDENCE = Form("frames", ("frames.pcapng",), "frames", "document", of_evidence=True)
every_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


def names(forms: tuple[Form, ...]) -> list[str]:
    return [form.name for form in forms]


@every_form
def test_a_form_has_a_module_that_writes(form: Form) -> None:
    assert callable(import_module(f"analyzer.report.forms.{form.module}").write)


def test_no_two_forms_have_a_word_or_a_file_in_common() -> None:
    words, files = [form.name for form in FORMS], [file for form in FORMS for file in form.files]
    assert len(words) == len(set(words))
    assert len(files) == len(set(files))
    assert not [word for word in words if "," in word]


def test_what_is_written_by_default_needs_nothing_else() -> None:
    assert [form.packages for form in chosen(DEFAULT)] == [()] * len(DEFAULT)


@pytest.mark.parametrize("asked", [("json", "html"), ("json,html",), (" html , json,", "json")], ids=repr)
def test_forms_are_asked_for_one_by_one_or_with_commas(asked: tuple[str, ...]) -> None:
    assert names(chosen(asked)) == ["html", "json"]


def test_a_word_that_is_no_form_has_a_near_one() -> None:
    with pytest.raises(UsageError, match=r"^--write jsno: no such form, did you mean json\?; there are html, json"):
        chosen(("html,jsno",))


@pytest.mark.parametrize("asked", [(), ("",), (" , ",)], ids=repr)
def test_no_word_is_no_form(asked: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match=r"^--write: names no form; there are html, json"):
        chosen(asked)


@pytest.mark.parametrize("asked", ["summary.md", "summary.txt", "summary"])
def test_a_form_is_known_by_its_files_too(asked: str) -> None:
    assert names(chosen((asked,))) == ["summary"]


def test_an_extra_that_is_missing_is_named_before_anything_is_written() -> None:
    with pytest.raises(UsageError, match=r"no_such_package.*pip install 'autopath-analyzer\[odd\]'"):
        chosen(("odd",), (NO_EXTRA,))


def test_a_form_that_needs_evidence_says_so_where_there_is_none() -> None:
    with pytest.raises(UsageError, match="--write frames: shows frames of the captures, which a run does not hold"):
        OF_EVIDENCE.write(MATERIAL)
    held = Material(run=MATERIAL.run, document=b"{}", frames=CapturedFrames())
    assert OF_EVIDENCE.write(held) == {"run.json": b"{}"}


def test_the_files_of_several_forms_are_written_together() -> None:
    assert list(written(chosen(("json", "html")), MATERIAL)) == ["report.html", "run.json"]


@every_form
def test_the_same_run_gives_the_same_bytes(form: Form) -> None:
    material = msgspec.structs.replace(MATERIAL, frames=CapturedFrames())
    first = form.write(material)
    assert tuple(first) == form.files
    assert first == form.write(material)
