"""A manifest in TOML and in CSV says the same; each fault of it is one sentence with its line."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.batch.manifest import checked, read_manifest
from analyzer.errors import ConfigurationError
from tests.conftest import ROOT

TOML = """
zone = "Europe/Berlin"
labels = { site = "Bonn" }
[[test]]
name = "one"
evidence = ["a/span.pcap", "b"]
log_year = 2026
clock = "genesis.out=1s"
labels = { round = "1", site = "Berlin" }
[[test]]
name = "two"
evidence = "c"
"""
CSV = """name,evidence,zone,log_year,clock,label.round,label.site
one,a/span.pcap; b,Europe/Berlin,2026,genesis.out=1s,1,Berlin

two,c,Europe/Berlin,,,,Bonn
"""
SEMICOLONS = "\ufeff" + CSV.replace("; b", "|").replace(",", ";").replace("a/span.pcap|", '"a/span.pcap;b"')
PIECES = (b'"', b"\n", b",", b";", b"[[test]]\n", b"[test]\n", b"\\u0000", b"\x00", b"\r", b"=", b"{", b"1979-05-27")


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("m.toml", TOML, (4, 10)),
        ("m.csv", CSV, (2, 4)),
        ("m.csv", SEMICOLONS, (2, 4)),
        ("m.csv", CSV.replace("\n", "\r\n"), (2, 4)),
    ],
    ids=["toml", "csv", "semicolons", "dos"],
)  # fmt: skip
def test_all_forms_say_the_same(tmp_path: Path, name: str, text: str, lines: tuple[int, int]) -> None:
    read = read_manifest(written(tmp_path, name, text))

    assert read.faults == ()
    one, two = read.rows
    assert (one.line, two.line) == lines
    assert (one.name, one.evidence) == ("one", ("a/span.pcap", "b"))
    assert one.given == {"zone": "Europe/Berlin", "log_year": 2026, "clock": ("genesis.out=1s",)}
    assert one.labels == {"round": "1", "site": "Berlin"}
    assert (two.name, two.evidence, two.given, two.labels) == (
        "two",
        ("c",),
        {"zone": "Europe/Berlin"},
        {"site": "Bonn"},
    )


@pytest.mark.parametrize(
    ("test", "says"),
    [
        ('evidence = "x"', "a test without a name; give it one, such as name = 'cvm-failure-1'"),
        ('name = "b"', "test 'b' has no evidence; name files or folders, such as evidence = ['span.pcap']"),
        ('name = "b"\nevidence = []', "test 'b' has no evidence"),
        ('name = "b"\nevidence = [1]', "evidence is [1]; expected a text or a list of texts, none of them empty"),
        ('name = "b"\nevidence = "x"\nevidense = "x"', "unknown key 'evidense'; did you mean 'evidence'?"),
        (
            'name = "b"\nevidense = "x"\nzzz = 1\ntittle = "x"',
            "'evidense'; did you mean 'evidence'?; unknown key 'zzz'; unknown key 'tittle'; did you mean 'title'?; ",
        ),
        ('name = "A"\nevidence = "x"', "there is a test 'A' already (line 1); give each its own name"),
        ('name = "../b"\nevidence = "x"', "name is '../b'; it is a folder's name too"),
        ('name = ".b"\nevidence = "x"', "name is '.b'; it is a folder's name too"),
        ('name = "batch.json"\nevidence = "x"', "name is 'batch.json'; it is a folder's name too"),
        (f'name = "{"b" * 101}"\nevidence = "x"', "it is a folder's name too: at most 100 letters"),
        ('name = "b"\nevidence = "x"\nlog_year = "x"', "log_year is 'x'; expected a whole number from 1970 to 2200"),
        ('name = "b"\nevidence = "x"\nlog_year = 26', "log_year is 26; expected a whole number from 1970 to 2200"),
        ('name = "b"\nevidence = "x"\nnfs_port = 0', "nfs_port is 0; expected a whole number from 1 to 65535"),
        (
            f'name = "b"\nevidence = "x"\nnfs_port = 0x{"f" * 5000}',
            "nfs_port is a number of thousands of digits; expected",
        ),
        (f'name = "b"\nevidence = "x"\ntitle = {[7] * 900}', f"title is {str([7] * 900)[:100]}…; expected a text"),
        ('name = "b"\nevidence = "x"\ntitle = ""', "title is ''; expected a text"),
        ('name = "b"\nevidence = "x"\nlabels = 3', "labels is 3; expected a table of texts"),
    ],
)
def test_each_fault_has_its_line(tmp_path: Path, test: str, says: str) -> None:
    path = written(tmp_path, "m.toml", f'[[test]]\nname = "a"\nevidence = "x"\n[[test]]\n{test}\n')

    read = read_manifest(path)
    (fault,) = read.faults
    assert fault.startswith(f"{path} line 4: ")
    assert says in fault
    assert [row.name for row in read.rows] == ["a"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("m.toml", b"a\n\xe4", " line 2: byte 2 is not UTF-8; save the manifest as UTF-8"),
        ("m.toml", b"a = ", ": is no TOML (Invalid value (at end of document)); correct that line"),
        ("m.toml", b"zone = 'UTC'", ": has no [[test]]; expected one for each test, with its name and evidence"),
        ("m.toml", b"name = 'x'\n[[test]]\nname = 'a'\n", ": unknown key 'name'; there are title"),
        ("m.csv", b"name,evidence,colour\na,b,c\n", " line 1: unknown column 'colour'; there are name"),
        ("m.csv", b"name,name\na,b\n", " line 1: has the column 'name' twice; keep one"),
        ("m.csv", b"name,evidence\n", ": has no test; expected a head (name, evidence, …) and a row for each test"),
        ("m.csv", b'name,evidence\na,"b\n', " line 2: is no CSV (unexpected end of data); correct that line"),
    ],
)
def test_what_is_no_manifest_is_told(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = written(tmp_path, name, content)

    with pytest.raises(ConfigurationError) as told:
        read_manifest(path)
    assert str(told.value).startswith(f"{path}{says}")


def test_a_row_with_too_many_cells_is_told(tmp_path: Path) -> None:
    read = read_manifest(written(tmp_path, "m.csv", "name,evidence\na,b,c\n"))

    assert read.faults == (f"{tmp_path}/m.csv line 2: has 3 cells where the head has 2; quote cells that hold commas",)


@pytest.mark.parametrize("form", ["toml", "csv"])
def test_those_of_the_page_can_be_read(tmp_path: Path, form: str) -> None:
    page = (ROOT / "docs" / "batch.md").read_text("utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    marks = {"toml": "[[test]]", "csv": "name,evidence"}
    (block,) = (block for block in blocks if marks[form] in block)

    read = read_manifest(written(tmp_path, f"m.{form}", block))
    assert read.faults == ()
    assert [row.name for row in read.rows] == ["cvm-failure-1", "cvm-failure-2"]


def test_a_manifest_without_end_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="it is no regular file"):
        read_manifest(Path("/dev/zero"))
    with pytest.raises(
        ConfigurationError, match="is a folder; where it has a folder for each test, give it with --each"
    ):
        read_manifest(tmp_path)
    with pytest.raises(ConfigurationError, match="No such file or directory"):
        read_manifest(tmp_path / "none.toml")


@given(st.sampled_from((("m.toml", TOML), ("m.csv", CSV))), st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_bytes_it_has_only_a_sentence_is_raised(
    tmp_path: Path, form: tuple[str, str], data: st.DataObject
) -> None:
    """Bytes of a manifest, of which some are replaced, left out or put in."""
    content = bytearray(form[1].encode())
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3) | st.sampled_from(PIECES))
    told: tuple[str, ...]
    try:
        read = read_manifest(written(tmp_path, form[0], bytes(content)))
        told = read.faults
    except ConfigurationError as error:
        told = (str(error),)
    assert "\n" not in "".join(told)


def test_a_number_of_a_table_may_have_any_length(tmp_path: Path) -> None:
    read = read_manifest(written(tmp_path, "m.csv", f"name,evidence,log_year\na,x,{'9' * 5000}\n"))

    assert read.rows == ()
    assert "line 2: log_year is '999" in read.faults[0]
    assert read.faults[0].endswith("…; expected a whole number from 1970 to 2200")


@pytest.mark.parametrize("wrong", ["x\n", "a,x\n"], ids=["without evidence", "of one name"])
def test_faults_count_as_tests(tmp_path: Path, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checked, "MOST_TESTS", 50)
    path = written(tmp_path, "m.csv", "name,evidence\n" + wrong * 51)

    with pytest.raises(ConfigurationError, match="has more than 50 tests; make several manifests of it"):
        read_manifest(path)


def test_a_head_of_many_columns_takes_no_longer_than_it_is_long(tmp_path: Path) -> None:
    labels = [f"label.{number}" for number in range(100_000)]
    path = written(tmp_path, "m.csv", f"name,evidence,{','.join(labels)}\na,x\n")
    began = time.process_time()

    (row,) = read_manifest(path).rows
    assert row.name == "a"
    assert time.process_time() - began < 5
    with pytest.raises(ConfigurationError, match=r"has the column 'label\.7' twice"):
        read_manifest(written(tmp_path, "m.csv", f"name,evidence,{','.join(labels)},label.7\na,x\n"))


def test_a_row_ends_where_a_line_of_a_file_does(tmp_path: Path) -> None:
    read = read_manifest(written(tmp_path, "m.csv", "name,evidence,title\ra,x,b\u2028c\r\nb,y,d\n"))

    assert [(row.name, row.given) for row in read.rows] == [("a", {"title": "b\u2028c"}), ("b", {"title": "d"})]
