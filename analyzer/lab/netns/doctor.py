"""What the lab needs of this computer, and how to get what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import msgspec

from analyzer.errors import LabError, UsageError
from analyzer.lab.netns.nfs_client.libnfs import load

# program, package of Debian, what it is for
_PROGRAMS = (
    ("unshare", "util-linux", "namespaces"),
    ("nsenter", "util-linux", "namespaces"),
    ("setpriv", "util-linux", "namespaces"),
    ("ip", "iproute2", "links and routes"),
    ("ss", "iproute2", "connections"),
    ("ethtool", "ethtool", "offloads off, so that frames are real"),
    ("nft", "nftables", "the symmetric reply path"),
    ("arping", "iputils-arping", "what a CVM announces when it boots"),
    ("pkill", "procps", "the NFS server that hangs"),
    ("tcpdump", "tcpdump", "captures"),
    ("dumpcap", "tshark", "captures in pcapng"),
    ("sshd", "openssh-server", "the hosts' SSH"),
    ("ssh", "openssh-client", "Genesis's connection to a host"),
    ("ssh-keygen", "openssh-client", "its key"),
    ("rpcbind", "rpcbind", "the CVMs' NFS server"),
    ("ganesha.nfsd", "nfs-ganesha nfs-ganesha-vfs", "the CVMs' NFS server"),
    ("netstat", "net-tools", "what people look at on a CVM"),
    ("ping", "iputils-ping", "a host's vmkping"),
)
_SYSTEM = "/usr/local/sbin:/usr/sbin:/sbin"  # not on everybody's path
_TRY = ("unshare", "--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--mount-proc", "--kill-child")
_LINKS = "link add one type veth peer name other\nlink add switch type bridge\nlink set one master switch\n"


class Need(msgspec.Struct, frozen=True):
    """Something that the lab needs, whether it is there, and how to get it. `optional`: only for some options."""

    what: str
    there: bool
    advice: str = ""
    package: str = ""
    optional: bool = False


def needs() -> tuple[Need, ...]:
    """All that the lab needs, looked for now."""
    return (_linux(), _root(), *_kernel(), *(_program(*one) for one in _PROGRAMS), _libnfs())


def require() -> None:
    """:class:`UsageError` with one sentence when the lab can't run here."""
    missing = [need for need in needs() if not (need.there or need.optional)]
    if missing:
        what = ", ".join(need.what for need in missing)
        raise UsageError(f"the lab can't run here: missing {what}; {install(tuple(missing))}")


def install(missing: tuple[Need, ...]) -> str:
    """How to get what is missing."""
    packages = " ".join(sorted({word for need in missing for word in need.package.split()}))
    advice = [need.advice for need in missing if need.advice]
    return "; ".join([*advice, *([f"on Debian: apt-get install {packages}"] if packages else [])])


def _linux() -> Need:
    return Need("Linux", sys.platform == "linux", "run it on a Linux computer or in a virtual machine")


def _root() -> Need:
    return Need("root", os.geteuid() == 0, "run it with sudo, or in a container with --privileged")


def _kernel() -> tuple[Need, ...]:
    if sys.platform != "linux" or os.geteuid() or not shutil.which("unshare"):
        return ()
    advice = "this container may not make namespaces: it needs CAP_SYS_ADMIN and CAP_NET_ADMIN (--privileged)"
    namespaces = Need("namespaces", _works([*_TRY, "true"]), advice)
    links = _works([*_TRY, "ip", "-batch", "-"], _LINKS) if namespaces.there else False
    return namespaces, Need("veth and bridge", links, "this kernel lacks veth or bridge: modprobe veth bridge")


def _works(command: list[str], feed: str = "") -> bool:
    try:
        return not subprocess.run(command, input=feed, capture_output=True, text=True, check=False).returncode
    except OSError:
        return False


def _program(name: str, package: str, purpose: str) -> Need:
    path = f"{os.environ.get('PATH', '')}:{_SYSTEM}"
    optional = name in ("dumpcap", "netstat", "nft", "ping")
    return Need(f"{name} ({purpose})", shutil.which(name, path=path) is not None, "", package, optional)


def _libnfs() -> Need:
    try:
        load()
    except LabError:
        return Need("libnfs (the host's NFS client)", there=False, package="libnfs13")
    return Need("libnfs (the host's NFS client)", there=True)
