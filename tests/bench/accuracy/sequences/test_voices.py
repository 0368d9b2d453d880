"""Each voice tells what the simulator's own wording does, in its words."""

from __future__ import annotations

import pytest

from analyzer.lab.simulate.output.logs import WORDINGS
from bench.accuracy.sequences.voices import VOICES, reworded

HEADS = ("2026-03-02 09:00:00 WARNING", "2026-03-02 09:00:00,250Z WARNING 80801248")


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("name", VOICES)
def test_a_voice_has_its_words_for_what_it_tells(name: str, head: str) -> None:
    usual = f"{head} ha_service.py:548 Illegal forwarding on host 10.0.0.1: 192.168.5.2 is forwarded to 10.0.0.7 while"
    text = reworded(f"{usual} local CVM 10.0.0.4 is up\n", VOICES[name])

    if "illegal" not in VOICES[name]:
        assert text == ""
        return
    assert text.startswith(head)
    assert "10.0.0.1" in text
    assert "10.0.0.7" in text
    assert "is forwarded to 10.0.0.7 while" not in text


def test_a_voice_has_no_message_that_the_simulator_has_not() -> None:
    assert {message for voice in VOICES.values() for message in voice} == set(WORDINGS["plain"])


def test_what_is_none_of_its_lines_stays() -> None:
    line = "2026-03-02 09:00:00 INFO cluster_manager.py:3312 Services of node 10.0.0.4 are running\n"

    assert reworded(line, VOICES["passive"]) == line


def test_a_line_of_ha_without_its_message_is_no_log_of_the_simulator() -> None:
    with pytest.raises(ValueError, match="no message of the simulator"):
        reworded("2026-03-02 09:00:00 INFO ha_service.py:1 Something else\n", VOICES["passive"])
