"""Which typed lines are the text of a here-document, and which of these a shell runs."""

from __future__ import annotations

import pytest

from analyzer.ingest.logs.shell.here import MOST_LINES, HereDocuments

ADD = "esxcfg-route -a 192.168.5.2/32 192.168.1.28"


def run(*lines: str, shell: str = "1") -> list[bool]:
    """Of each line typed into one shell, whether it runs for sure."""
    documents = HereDocuments()
    return [documents.runs(shell, line) for line in lines]


@pytest.mark.parametrize(
    ("begin", "runs"),
    [
        pytest.param("cat > /tmp/fix.sh <<EOF", False, id="a file"),
        pytest.param("cat <<'EOF'", False, id="quoted"),
        pytest.param("cat <<-EOF", False, id="without tabs"),
        pytest.param("tee fix.sh <<EOF >/dev/null", False, id="redirected besides"),
        pytest.param("sh <<EOF", True, id="a shell"),
        pytest.param("sudo bash -s <<EOF", True, id="a shell behind another program"),
        pytest.param("cat <<EOF | sh", True, id="piped into a shell"),
        pytest.param("sh /tmp/fix.sh <<EOF", False, id="a shell with a file of its own"),
        pytest.param("ssh root@10.7.0.14 <<EOF", False, id="another machine"),
        pytest.param("while read line; do $line; done <<EOF", False, id="a loop"),
    ],
)
def test_the_lines_of_a_document_run_where_a_shell_reads_them(begin: str, *, runs: bool) -> None:
    assert run(begin, ADD, "EOF", ADD) == [True, runs, runs, True]


@pytest.mark.parametrize("line", ["cat <<< EOF", "echo '<<EOF'", 'echo "<<EOF"', "# <<EOF", "echo $((1 << 4))"])
def test_what_begins_no_document(line: str) -> None:
    assert run(line, ADD) == [True, True]


def test_several_end_one_after_the_other() -> None:
    assert run("cat <<A; cat <<B", ADD, "A", ADD, "B", ADD) == [True, False, False, False, False, True]


def test_each_shell_has_its_own() -> None:
    documents = HereDocuments()

    assert documents.runs("1", "cat <<EOF")
    assert documents.open
    assert documents.runs("2", ADD)
    assert not documents.runs("1", ADD)
    documents.runs("1", "EOF")
    assert not documents.open


def test_one_without_an_end_was_given_up() -> None:
    assert run("cat <<EOF", *[ADD] * 300)[-1]


def test_where_a_document_is_no_longer_followed_is_told_once() -> None:
    documents, given_up = HereDocuments(), list[int]()
    for number, line in enumerate(["cat > fix.sh <<EOF", *["text"] * (MOST_LINES + 9)]):
        documents.runs("1", line)
        given_up += [number] if documents.given_up else []

    assert given_up == [MOST_LINES + 1]
    assert not documents.open


def test_a_document_beyond_those_that_are_open_is_told() -> None:
    documents, given_up = HereDocuments(), list[str]()
    for shell in map(str, range(1002)):
        documents.runs(shell, "cat > fix.sh <<EOF")
        given_up += [shell] if documents.given_up else []

    assert given_up == ["1000", "1001"]
