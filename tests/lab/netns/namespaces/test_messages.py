from __future__ import annotations

from analyzer.lab.netns.namespaces.messages import Failed, File, Finished, Progress, received, send


def test_messages_come_as_they_were_sent(tmp_path: object) -> None:
    from io import BytesIO

    sent = (Progress("on"), File("span.pcap", b"\0\1"), Failed("it broke", 70), Finished())
    pipe = BytesIO()
    for message in sent:
        send(pipe, message)

    assert tuple(received(BytesIO(pipe.getvalue()))) == sent
    assert tuple(received(BytesIO(pipe.getvalue()[:-1]))) == sent[:-1]
