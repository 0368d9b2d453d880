"""Where evidence comes from (a source is one input file, an origin one frame or line of it), and what was not read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from analyzer.model.instant import Instant

SourceKind = str
"""`capture`, `route-table`, `neighbor-list`, `netstat`, `nfs-list`, `vmkernel-ports`, `cluster-status`, `console`,
`date`, `release`, `marks` or `unrecognised`; a log's is the name of its family.

There may be more families than the stages know by name: a source's `log` tells what they need of one."""

Machine = Literal["cvm", "esxi"]

HashAlgorithm = Literal["sha256", "blake3", "none"]


class Origin(msgspec.Struct, frozen=True, gc=False, order=True):
    """One frame (Wireshark's number, from 1 in each file) or line (from 1) of a source."""

    source: str
    number: int


SkipReason = Literal[
    # a capture's end is missing
    "cut-in-pcap-header",
    "cut-in-record-header",
    "cut-in-frame",
    "cut-in-section-header",
    "cut-in-block-header",
    "cut-in-block",
    "cut-in-large-block",
    # a capture contradicts itself, and is not read further
    "frame-beyond-limit",
    "block-of-odd-length",
    "block-beyond-limit",
    "block-of-two-lengths",
    "link-type-reserved",
    "unknown-byte-order",
    "unknown-version",
    "unknown-pcap-version",
    "block-too-short",
    "frame-of-no-interface",
    "block-frame-beyond-limit",
    "frame-beyond-block",
    "too-many-interfaces",
    "too-many-details",
    # of a capture that is read on
    "holds-no-packet",
    "unknown-block",
    "unknown-link-type",
    "damaged-ip-header",
    "no-time",
    "connections-forgotten",
    "details-forgotten",
    "fragments-forgotten",
    "too-many-macs",
    "too-many-procedures",
    "further-comments",
    # a log's lines
    "impossible-stamp",
    "long-line",
    "long-record",
    "further-rounds",
    "document-given-up",
    "skipped-time",
    "repeated-time",
    "undated",
    "too-many-events",
    "too-many-machines",
    "clock-set-too-often",
    "too-many-rows",
    "too-many-logs",
    "told-again",
    # a stream ends early: damage, or what the system or a library says
    "data-cut",
    "data-damaged",
    "name-not-utf-8",
    "packed-otherwise",
    "expands-too-much",
    "fault",
    # a file, folder or bundle
    "not-opened",
    "unreadable-folder",
    "pipe",
    "no-regular-file",
    "too-many-layers",
    "too-many-members",
    "bundle-cut",
    "fragment-missing",
    "tar-cut",
    "tar-damaged",
    "zip-damaged",
    "zip-by-headers",
    "unreadable",
    "encrypted",
    "not-decompressed",
    # a log's stamps have no year; its lines are not all
    "no-year",
    "year-taken",
    "picked-out",
    # a file's reader gave it up
    "wrong-marks",
    "not-understood",
    # a file elsewhere, by its URL
    "not-there",
    "not-allowed",
    "not-reached",
    "transfer-broken",
    "changed-on-the-way",
    # a scan of a capture
    "no-scan",
    "scan-damaged",
    "scan-of-another-version",
    "scan-apart",
    "scan-elsewhere",
    "name-taken",
    # no evidence
    "empty",
    "tcpdump-text",
    "wireshark-text",
    "vcenter-events",
    "other-capture",
    "other-archive",
    "log-export",
    "log-in-other-form",
    "newest-first",
    "quoted-in-prose",
    "esxcli-format",
    "document",
    "image",
    "core-dump",
    "stray-table",
    "unknown-text",
    "unknown-binary",
    "not-evidence",
    "further-not-evidence",
    "same-file",
    "same-lines",
    "excerpt",
    "excerpt-with-holes",
    # kept as a document of schema version 1 has it: a sentence without a name
    "as-told",
]
"""Why something was not read. Whoever decides by it compares the name; `SKIP_SENTENCES` has its words."""

SKIP_SENTENCES: Mapping[SkipReason, str] = {
    "cut-in-pcap-header": "the file ends inside the pcap file header",
    "cut-in-record-header": "the file ends inside the record header of frame {frame}",
    "cut-in-frame": "the file ends inside frame {frame} ({found} of {expected} bytes)",
    "cut-in-section-header": "the file ends inside a section header block",
    "cut-in-block-header": "the file ends inside the block header after frame {frame}",
    "cut-in-block": "the file ends inside a block after frame {frame} ({found} of {expected} bytes)",
    "cut-in-large-block": "the file ends inside a block after frame {frame}",
    "frame-beyond-limit": "frame {frame} claims {found} captured bytes (at most {expected}): damaged from here",
    "block-of-odd-length": "a block of {found} bytes (at least 12, in steps of 4): damaged from here",
    "block-beyond-limit": "a block claims {found} bytes (at most {expected}): damaged from here",
    "block-of-two-lengths": "a block's two lengths differ ({found} and {expected}): damaged from here",
    "link-type-reserved": "the link type field 0x{found:08x} has reserved bits set: no pcap that can be read",
    "unknown-byte-order": "a section header with the byte-order magic {detail}: not pcapng from here",
    "unknown-version": "a section of pcapng version {detail} (1.0 and 1.2 are known)",
    "unknown-pcap-version": "a pcap file of version {detail} (2.0 to 2.4 are known): not read",
    "block-too-short": "a block is shorter than its fields",
    "frame-of-no-interface": "frame {frame} names interface {found}, which the section does not describe",
    "block-frame-beyond-limit": "frame {frame} claims {found} captured bytes (at most {expected})",
    "frame-beyond-block": "frame {frame} claims {found} captured bytes, its block holds {expected}",
    "too-many-interfaces": "a section describes more than {expected} interfaces: damaged from here",
    "too-many-details": "the storage traffic has too many connections, pauses or slow calls: what follows is "
    "counted, and nothing of it is told",
    "holds-no-packet": "custom, journal and system call blocks have a frame number in Wireshark and hold no packet",
    "unknown-block": "blocks of type {detail} are ignored",
    "unknown-link-type": "link type {found} is not one that is decoded (Ethernet, Linux cooked, raw IP, null are)",
    "damaged-ip-header": "the IP header is cut off or damaged",
    "no-time": "the frame has no time that can be used (a simple packet block has none): counted, but no event",
    "connections-forgotten": "more than {expected} connections: some were no longer followed, nor the messages in them",
    "details-forgotten": "{found} details of single frames are left out: there are too many",
    "fragments-forgotten": "{found} IP datagrams in fragments were given up, not being whole: {expected:,} at most are "
    "kept",
    "too-many-macs": "too many MACs beside the storage traffic: those that seldom speak are left out",
    "too-many-procedures": "too many RPC procedures to count each: these calls are of the others",
    "further-comments": "further comments are counted and not kept",
    "impossible-stamp": "the stamp is an impossible date or time: the record was ignored",
    "long-line": "the line is longer than 64 KiB: only its beginning was read",
    "long-record": "the record has more than {expected:,} characters in its first line, or below it: nothing of "
    "the rest is told",
    "further-rounds": "a loop that was typed goes round more often than is followed, or a function that was typed "
    "where the log names no process may be called later: of what that runs nothing is told",
    "document-given-up": "a here-document goes on for more than {expected} lines, or too many are open at once: what "
    "is left of it is read as commands",
    "skipped-time": "this time does not exist in {detail} (clocks go forward): is the zone right?",
    "repeated-time": "{detail} has this time twice (clocks go back): the earlier one is assumed",
    "undated": "the text does not say when it was taken: used as context only (put the output of `date` before it)",
    "too-many-events": "the log has too many changes, or other lines of HA: what follows is counted, and nothing of "
    "it is told",
    "too-many-machines": "the log names more than {expected:,} hosts and CVMs: what follows is counted, and nothing "
    "of it is told",
    "clock-set-too-often": "the clock was set more than {expected} times: what follows is counted, and nothing of it "
    "is told",
    "too-many-rows": "the tables have too many rows, or changes: what follows is counted, and nothing of it is told",
    "too-many-logs": "holds more logs than the {expected} that are told apart: {found:,} lines of the others are "
    "not read; give a file for each machine",
    "told-again": "{found:,} lines stand here that it has above with the same stamps (printed or pasted again): "
    "read once",
    "data-cut": "the data ends early: the file was cut, copy it again",
    "data-damaged": "it was cut or damaged, copy it again",
    "name-not-utf-8": "the name of a file in it is marked as UTF-8, and is not",
    "packed-otherwise": "it is packed in a way that is not read here: unpack it, and give what it holds",
    "expands-too-much": "expands to more than a thousand times its size and is not read further; "
    "unpack it by hand, if it can be trusted",
    "fault": "{detail}",
    "not-opened": "can't be read ({cause}); check that it is there and may be read",
    "unreadable-folder": "the folder can't be read ({cause})",
    "pipe": "is a pipe, and evidence is read twice; write it to a file, and name that",
    "no-regular-file": "is no regular file (a device or a socket)",
    "too-many-layers": "has more than {expected} layers of archives or compression and is not opened further",
    "too-many-members": "has too many files: the rest is not looked at; unpack it, and give the logs and captures",
    "bundle-cut": "can't be read to its end ({cause})",
    "fragment-missing": "its piece FRAG-{found:05} is missing: what stood there is not known",
    "tar-cut": "the tar can't be read further: {cause}",
    "tar-damaged": "the tar is damaged: where a member's header was to be, {found} blocks of 512 bytes are none; what "
    "they hold is lost",
    "zip-damaged": "the zip can't be read: {cause}",
    "zip-by-headers": "the zip's directory can't be read ({cause}): its members were read one after the other",
    "unreadable": "can't be read ({cause})",
    "encrypted": "is encrypted: unpack it with its password, and give what it holds",
    "not-decompressed": "can't be decompressed ({cause}): nothing comes out of its {found} stored bytes of {detail}",
    "not-there": "nothing lies there; check the URL",
    "not-allowed": "can't be had: {detail}",
    "not-reached": "can't be reached, in {found} tries: {detail}",
    "transfer-broken": "the transfer broke at {found} of {expected} bytes and could not be taken up ({detail}): nothing"
    " of the file is told; try again",
    "changed-on-the-way": "was changed while it was read: nothing of it is told; try again",
    "no-scan": "is called as a scan is (.scan), and is none: `autopath scan CAPTURE -o DIR` writes them",
    "scan-damaged": "is a scan that was cut or changed: copy it again, or scan the capture again",
    "scan-of-another-version": "is a scan of form {found}, and this program reads form {expected}: scan the capture"
    " again with this version of autopath, or analyse it with the one that scanned it",
    "scan-apart": "the scan lacks bytes that are needed after what came before it: analyse the captures themselves",
    "scan-elsewhere": "is a scan, of which any part is read at any time: copy it here, and give the file",
    "name-taken": "is called as another file here ({detail}): give each capture once, as itself or as its scan",
    "empty": "is empty: there is nothing to analyse",
    "unknown-text": "is text in no known format (it begins with “{detail}”); expected is a capture (pcap, pcapng), "
    "a log ({known}), the output of a route, neighbor, netstat or cluster status command, or a file of manual notes",
    "unknown-binary": "is binary data in no known format: neither a capture (pcap, pcapng), nor compressed text, "
    "nor an archive (zip, tar; gz, xz, zst, lz4, bz2)",
    "no-year": "its stamps have no year, and nothing tells which: give --log-year",
    "year-taken": "its stamps have no year: {found} is taken for the first (--log-year tells another)",
    "picked-out": "has only lines that were searched for (grep): other lines may have been logged as well",
    "wrong-marks": "{detail}",
    "not-understood": "can't be understood: a fault of the program ({detail}); please report it",
    "tcpdump-text": "is what tcpdump printed, without the packets: give the capture itself (`tcpdump -w FILE`, "
    "`pktcap-uw -o FILE`)",
    "wireshark-text": "is a table or text that Wireshark made of a capture: give the capture itself (pcap or pcapng)",
    "vcenter-events": "is an export of vCenter's events: give the logs of the hosts themselves "
    "(a vm-support bundle, or /var/run/log)",
    "other-capture": "is a capture of {detail}, which is not read: convert it (`editcap -F pcapng FILE NEW.pcapng`)",
    "other-archive": "is an archive ({detail}) that is not opened: unpack it, and give what it holds",
    "log-export": "is an export of a log collector ({detail}), each line in a field: give the lines themselves",
    "log-in-other-form": "holds lines of a log in a form that is not read (a page, a table, an export): give the log"
    " itself, as the machine wrote it",
    "quoted-in-prose": "is a text that quotes lines of a log, as an example or as what happened: give the log itself",
    "newest-first": "has its newest line first: give it in the order of time (`tac FILE > NEW`), or the log itself",
    "esxcli-format": "is a table of esxcli as {detail}: give it as esxcli prints it, without --formatter",
    "document": "is a document ({detail}): give the logs and captures that it tells of, as files",
    "image": "is an image ({detail}): give what it shows as text or as the file itself",
    "core-dump": "is a core dump: give the logs of the time before it",
    "stray-table": "is another kind of table (its first line is “{detail}”): a file of manual notes has only the"
    " columns {known}",
    "not-evidence": "not evidence: ignored",
    "further-not-evidence": "not evidence: ignored",
    "same-lines": "{found:,} of its lines stand in {detail} too: both are of one log, read once",
    "same-file": "the same file as {detail}: analysed once",
    "excerpt-with-holes": "is what an earlier run kept of captures too large to be kept whole, so its silences show "
    "nothing: look at it in Wireshark, and give the captures to analyse",
    "excerpt": "is what an earlier run kept of captures, and captures are here too: not analysed beside them",
    "as-told": "{detail}",
}
"""What a reader is told of each reason; the braces name fields of :class:`Reason`."""


class Reason(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why something was not read, and what its sentence tells beside the name.

    `frame` is Wireshark's number; `found` and `expected` are bytes, or whatever the sentence counts; `detail` is text
    that only a reader is to look at (what a library said, a file's name); `known` lists what would have been known;
    `cause` is the reason behind this one.
    """

    name: SkipReason
    frame: int = 0
    found: int = 0
    expected: int = 0
    detail: str = ""
    known: str = ""
    cause: Reason | None = None

    @property
    def sentence(self) -> str:
        """The reason in words, as a sentence or as the end of one (`typed: …`)."""
        return SKIP_SENTENCES[self.name].format(
            frame=self.frame,
            found=self.found,
            expected=self.expected,
            detail=self.detail,
            known=self.known,
            cause=self.cause.sentence if self.cause else "",
        )


USED_ALL_THE_SAME: frozenset[SkipReason] = frozenset(
    ("picked-out", "year-taken", "told-again", "repeated-time", "undated", "same-lines", "zip-by-headers")
)
"""What is to be known of a file that was read for all that."""

LOGS_ROUTES = "ESXi 8"
"""In the `format` of a kernel's log that has each change of a route (formats.md, section 2); older ones may not."""

TRANSFER: frozenset[SkipReason] = frozenset(
    ("not-there", "not-allowed", "not-reached", "transfer-broken", "changed-on-the-way")
)
"""Why a file elsewhere was not read to its end: of such a file nothing is told."""


class Skipped(msgspec.Struct, frozen=True):
    """What could not be read: where (`frame 12`, `line 4`, `offset 1234`), why, and how often the same happened."""

    source: str
    where: str
    reason: Reason
    count: int = 1


_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/]*/?")


def placed_at(name: str) -> tuple[str, str]:
    """Of a source's name where it lies (`https://host/`, "" for a path) and its path there. The host of a URL serves
    the file: that tells nothing of who wrote it.
    """
    found = _ELSEWHERE.match(name)
    return (found[0], name[found.end() :]) if found else ("", name)


class Log(msgspec.Struct, frozen=True):
    """What a log is: which machine writes such logs, and what a report calls them."""

    machine: Machine
    title: str


class Release(msgspec.Struct, frozen=True, order=True):
    """Which release of a product a file says that a machine runs: `5.20.4`, `7.0.3 build-19193900`."""

    product: Literal["AOS", "ESXi"]
    version: str


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One input file.

    `name` is the path as given, with the members of bundles behind `!/` (`bundle.tgz!/cvm_logs/genesis.out`). `size`
    is in bytes as stored; `digest` is of the stored bytes, led by its algorithm (`sha256:…`, `blake3:…`), None when
    none was taken. `records` counts frames, log records or lines. `host` is the ESXi host or CVM (address or name) that
    wrote it, where the path or the text tells; `of_cvm`: it is of the host on which the CVM of this address runs. `log`
    is None for what is no log.
    """

    name: str
    kind: SourceKind
    size: int
    digest: str | None
    clock: str
    log: Log | None = None
    host: str | None = None
    of_cvm: str | None = None
    format: str = ""
    zone: str | None = None
    zone_assumed: bool = False
    first: Instant | None = None
    last: Instant | None = None
    records: int = 0
    skipped: tuple[Skipped, ...] = ()
    comments: tuple[str, ...] = ()

    @property
    def is_picked_out(self) -> bool:
        """Whether it has only lines that were searched for: what it has not may have been logged all the same."""
        return any(skip.reason.name == "picked-out" for skip in self.skipped)
