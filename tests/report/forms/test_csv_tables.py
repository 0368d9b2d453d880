"""CSV by pandas: the same tables again, exact, and no cell that a spreadsheet would calculate."""

from __future__ import annotations

import csv
import io

import msgspec
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from analyzer.model.instant import MILLISECOND
from analyzer.model.run import Run
from analyzer.report.forms import csv_tables
from analyzer.report.forms.material import Material
from analyzer.report.frames import FRAMES
from analyzer.report.words import visible
from tests.report import builder
from tests.report.hostile import ATTACKS, attacked, texts

RUN = builder.run(builder.episode(), builder.episode("route-injection", absent=("fault",)))
SIGNS = tuple("=+-@\t\r\n＝＋－＠")


def written(run: Run) -> dict[str, bytes]:
    return csv_tables.write(Material(run=run, document=b""))


def rows(data: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter, strict=delimiter == ","))


@pytest.mark.parametrize("name", FRAMES)
def test_pandas_reads_back_what_the_frame_has(name: str) -> None:
    frame = FRAMES[name](RUN)
    data = written(RUN)[f"tables/{name}.csv"]
    integers = {column: "Int64" for column in frame.columns if column.endswith("_ns")}
    read = pd.read_csv(io.BytesIO(data), dtype=integers, keep_default_na=False, na_values=[""])
    assert len(read) == len(frame) > 0
    kept = [column for column in frame.columns if frame[column].dtype.kind != "m"]
    assert list(read.columns) == kept
    assert {"case", "host", "kind"} <= set(kept)
    for column in integers:
        assert read[column].tolist() == frame[column].astype("Int64").tolist()
    for column in (each for each in kept if frame[each].dtype.kind == "M"):
        again = pd.to_datetime(read[column], utc=True, format="ISO8601")
        assert again.dt.as_unit("ns").tolist() == frame[column].dt.as_unit("ns").tolist()


def test_times_are_in_utc_to_the_ns() -> None:
    data = written(RUN)["tables/episodes.csv"].decode()
    assert f'"{pd.Timestamp(builder.FAULT + MILLISECOND).isoformat()}Z"' in data
    assert str(builder.FAULT) in data


@pytest.mark.parametrize("name", FRAMES)
def test_an_empty_run_has_the_headings_alone(name: str) -> None:
    assert len(rows(written(builder.empty())[f"tables/{name}.csv"])) == 1


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=25)
@given(text=texts)
def test_no_text_of_a_run_becomes_a_formula_or_another_cell(text: str) -> None:
    found, plain = written(attacked(text)), written(attacked("x"))
    assert {name: shape(data) for name, data in found.items()} == {name: shape(data) for name, data in plain.items()}
    assert [formula for data in found.values() for formula in formulas(data)] == []


def shape(data: bytes) -> list[int]:
    """How many cells each row has; as many rows as lines."""
    widths = [len(row) for row in rows(data)]
    assert len(widths) == data.count(b"\n")
    return widths


def formulas(data: bytes) -> list[str]:
    """The cells of text that a spreadsheet would calculate, also one that splits at semicolons."""
    cells = [cell for row in rows(data) for cell in row if not cell.lstrip("-").isdigit()]
    split = [cell.strip('"') for row in rows(data, ";") for cell in row[1:]]
    return [cell for cell in (*cells, *split) if cell.lstrip().startswith(SIGNS)]


def test_a_formula_is_known_to_the_test() -> None:
    assert formulas(b'"=1","a;=2",-3\n') == ["=1", '=2",-3']


@pytest.mark.parametrize("attack", ATTACKS, ids=ascii)
def test_what_is_harmless_stays_as_it_is_told(attack: str) -> None:
    (cell,) = {row[0] for row in rows(written(attacked(attack))["tables/episodes.csv"])[1:]}
    assert cell.replace("'", "") == visible(attack).replace("\n", "\\n").replace("\t", "\\t").replace("'", "")


def test_a_number_below_zero_is_a_number() -> None:
    data = written(RUN)["tables/clocks.csv"].decode()
    assert ",-400000000," in data


def test_a_cell_is_measured_as_spreadsheets_do() -> None:
    event = msgspec.structs.replace(RUN.events[0], text="😀" * 20_000)
    (cell,) = {row[10] for row in rows(written(builder.replaced(RUN, events=(event,)))["tables/events.csv"])[1:]}
    assert cell == "😀" * 16_000 + "… 4,000 more characters: see run.json"


@pytest.mark.parametrize("attack", ATTACKS[:8], ids=ascii)
def test_a_megabyte_of_text_stays_in_its_cell_as_far_as_a_spreadsheet_takes_it(attack: str) -> None:
    text = attack * (1_000_000 // len(attack))
    event = msgspec.structs.replace(RUN.events[0], text=text)
    data = written(builder.replaced(RUN, events=(event, RUN.events[1])))["tables/events.csv"]
    read = pd.read_csv(io.BytesIO(data), keep_default_na=False)
    assert len(read) == 2
    kept, _, more = read["text"][0].rpartition("…")
    assert len(kept) == 32_000
    assert more.endswith(" more characters: see run.json")
    assert len(kept) + int(more.split()[0].replace(",", "")) >= len(text)
    assert read["kind"].tolist() == ["tcp-control", "mark"]
