"""What a host says before NFS when it mounts a datastore: where MOUNT and NFS listen (port mapper version 2, RFC 1833)
and what the container's handle is (MOUNT version 3, RFC 1813, appendix I), each on a connection of its own.
"""

from __future__ import annotations

from random import Random
from struct import pack

from analyzer.lab.simulate.cluster.connection import NFS_PORT, PRIVATE_HOST, STORAGE
from analyzer.lab.simulate.wire.conversation import Conversation
from analyzer.lab.simulate.wire.frames import ACK, RST
from analyzer.lab.simulate.wire.rpc import Dialect, accepted
from analyzer.lab.simulate.wire.switch import ANSWER_TIME, Port

PORTMAP_PROGRAM, PORTMAP_VERSION, GETPORT, PORTMAP_PORT = 100000, 2, 3, 111
MOUNT_PROGRAM, MOUNT_VERSION, MNT, MOUNT_PORT = 100005, 3, 1, 20048
NFS_PROGRAM, NFS_VERSION = 100003, 3
CONTAINER = b"/container"
TCP = 6
FIRST_PORT = 600
THINKING = 60_000  # ns between a reply and the next call
BETWEEN = 900_000

Exchange = tuple[bytes, bytes]


def mount(host: Port, cvm: Port, dialect: Dialect, random: Random, at: int) -> int:
    """The frames of mounting by `host` (vmk1) from `cvm` (eth1), from `at` on; when it is done, ns."""
    host.resolve(STORAGE, PRIVATE_HOST, at)
    at += 2 * ANSWER_TIME
    xid = random.getrandbits(32)
    handle = pack("!I", 0) + dialect.handle + pack("!II", 1, 1)
    name = pack("!I", len(CONTAINER)) + CONTAINER + bytes(-len(CONTAINER) % 4)
    questions = (
        (PORTMAP_PORT, PORTMAP_PROGRAM, PORTMAP_VERSION, GETPORT, _mapping(MOUNT_PROGRAM, 3), pack("!I", MOUNT_PORT)),
        (MOUNT_PORT, MOUNT_PROGRAM, MOUNT_VERSION, MNT, name, handle),
        (PORTMAP_PORT, PORTMAP_PROGRAM, PORTMAP_VERSION, GETPORT, _mapping(NFS_PROGRAM, 3), pack("!I", NFS_PORT)),
    )
    for number, (port, program, version, procedure, arguments, results) in enumerate(questions):
        conversation = Conversation(host, cvm, FIRST_PORT + number, port, random)
        null = dialect.message(program, version, 0, xid + 2 * number, b""), accepted(xid + 2 * number, b"")
        number_2 = xid + 2 * number + 1
        asked = dialect.message(program, version, procedure, number_2, arguments), accepted(number_2, results)
        at = _conversation(conversation, (null, asked), at) + BETWEEN
    return at


def _conversation(conversation: Conversation, exchanges: tuple[Exchange, ...], at: int) -> int:
    """Calls and replies on a connection, which the host then resets, as NFS clients do."""
    at = conversation.open(at)
    for call, reply in exchanges:
        at = conversation.acknowledge(1, conversation.send(0, call, at + THINKING))
        at = conversation.acknowledge(0, conversation.send(1, reply, at + THINKING))
    return conversation.send_flags(0, RST | ACK, at + THINKING)


def _mapping(program: int, version: int) -> bytes:
    """What GETPORT asks: program, version, protocol, and a port that is ignored."""
    return pack("!IIII", program, version, TCP, 0)
