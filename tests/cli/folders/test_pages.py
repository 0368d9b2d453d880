"""A folder of pages: only what changed is made, what is no more is removed, and nothing of others is touched."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from analyzer.cli.folders.pages import MANIFEST, Made, Page, Written, made_before, write_pages
from analyzer.errors import UsageError


def pages(*digests: str) -> list[Page]:
    return [Page(f"{place}/index.html", digest, partial(str, digest)) for place, digest in enumerate(digests)]


def test_what_changed_is_made_and_what_is_no_more_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    assert write_pages(folder, pages("a", "b", "c"), made_before(folder), {"x": ("1", "line")}) == Written(3, 3, 0)
    assert write_pages(folder, pages("a", "b", "c"), made_before(folder), {}) == Written(3, 0, 0)
    (folder / "0/index.html").unlink()
    assert write_pages(folder, pages("a", "B"), made_before(folder), {}) == Written(2, 2, 1)

    assert {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.html")} == {
        "0/index.html": "a",
        "1/index.html": "B",
    }
    assert made_before(folder).pages == {"0/index.html": "a", "1/index.html": "B"}
    assert not (folder / "2").exists()


def test_a_page_outside_the_folder_is_not_removed(tmp_path: Path) -> None:
    folder, other = tmp_path / "site", tmp_path / "other"
    other.write_text("of somebody else")
    write_pages(folder, pages("a"), Made(), {})
    odd = {"../other": "x", str(other): "x", "0/../../other": "x", "0/index.html": "a"}

    assert write_pages(folder, pages("a"), Made(pages=odd), {}) == Written(1, 0, 0)
    assert other.read_text() == "of somebody else"


def test_a_fault_leaves_a_folder_that_can_be_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    broken = Page("2/index.html", "c", lambda: str(1 / 0))
    with pytest.raises(ZeroDivisionError):
        write_pages(folder, [*pages("a", "b"), broken], made_before(folder), {})

    assert made_before(folder) == Made()
    assert write_pages(folder, pages("a", "b", "c"), made_before(folder), {}) == Written(3, 3, 0)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.txt", b"mine", "holds no site of autopath, but other files"),
        (MANIFEST, b"{", "can't be read"),
        (MANIFEST, b'{"autopath_site": 2}', "is of a newer autopath"),
    ],
    ids=["other files", "damaged", "newer"],
)
def test_a_folder_of_something_else_is_left_alone(name: str, content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=said):
        made_before(tmp_path)
    assert (tmp_path / name).read_bytes() == content


def test_what_a_killed_run_left_is_removed_and_no_file_stays_of_one_that_failed(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    left = folder / ".site.abcd_123.autopath-partial"
    left.mkdir(parents=True)
    (left / "page").write_text("half")
    assert made_before(folder) == Made()
    (folder / "0" / "index.html").mkdir(parents=True)
    (folder / MANIFEST).write_bytes(b"{}")
    with pytest.raises(UsageError, match="can't be written"):
        write_pages(folder, pages("a"), made_before(folder), {})
    assert sorted(path.name for path in folder.rglob("*")) == ["0", "index.html", MANIFEST]
