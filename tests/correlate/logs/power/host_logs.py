"""Lines of an ESXi host's logs, and what the program makes of them with nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from analyzer.model.correlation import Correlation
from analyzer.model.episode import Episode
from analyzer.model.instant import SECOND
from analyzer.model.measurement import KnownInstant
from tests.correlate.tables import found

HOST, CVM, OTHER = "10.1.1.11", "10.1.1.21", "10.1.1.22"
BEGIN = 1701927000 * SECOND  # 2023-12-07 05:30:00
VM = "NTNX-20SM6K110042-B-CVM"
_HEX = {CVM: "0x1501010a", OTHER: "0x1601010a"}


def stamp(second: float) -> str:
    """`2023-12-07T05:30:11.500` of 11.5 s after the begin."""
    whole = int(second)
    return f"2023-12-07T05:{30 + whole // 60:02}:{whole % 60:02}.{round((second - whole) * 1000):03}"


def event(second: float, what: str, vm: str = VM, user: str = "") -> str:
    """A line of hostd, as ESXi 8 writes it."""
    by = f" opID=5a2c sid=52d1 user={user}" if user else ""
    said = f"Event 77 : {vm} on esx-b.lab in ha-datacenter {what}"
    return f"{stamp(second)}Z In(166) Hostd[2098516]: [Originator@6876 sub=Vimsvc.ha-eventmgr{by}] {said}\n"


def transition(
    second: float, states: str, vmx: str = "/vmfs/volumes/5b2c/ServiceVM_Centos/ServiceVM_Centos.vmx"
) -> str:
    """A change of a VM's state, as hostd of ESXi 6 writes it."""
    return f"{stamp(second)}Z info hostd[A2C2B70] [Originator@6876 sub=Vmsvc.vm:{vmx}] State Transition ({states})\n"


def kernel(second: float, action: str, gateway: str = CVM) -> str:
    """The kernel's line of a route change."""
    words = f"{action} dstAddr=0x205a8c0, netMask=0xffffffff, gwAddr={_HEX[gateway]} ifName=0x0x0, ifNameLen=0"
    return f"{stamp(second)}Z cpu0:66618)Tcpip: 1414: {words}\n"


def session(second: float, flag: str, gateway: str = CVM, came: str = CVM) -> str:
    """What sshd logs of a route command that came from an address."""
    at, pid = stamp(second)[:-4], 70000 + int(second)
    command = f"esxcfg-route -{flag} 192.168.5.2 255.255.255.255 {gateway}"
    return (
        f"{at}Z sshd[{pid}]: Connection from {came} port 50311\n"
        f"{at}Z sshd[{pid}]: User 'root' running command '{command}'\n"
    )


def typed(second: float, flag: str, gateway: str = CVM, user: str = "root") -> str:
    """What somebody typed on the host."""
    return f"{stamp(second)[:-4]}Z shell[35521]: [{user}]: esxcfg-route -{flag} 192.168.5.2 255.255.255.255 {gateway}\n"


def told(folder: Path, logs: Mapping[str, str], host: str = HOST) -> Correlation:
    """What a host's logs show, by the names of their files without the ending."""
    return found(folder, {f"{host}/{name}.log": text for name, text in logs.items()})


def seconds(episode: Episode) -> dict[str, tuple[float, float]]:
    """From which to which second after the begin its instants are, to the hundredth."""
    known = (one for one in episode.instants if isinstance(one, KnownInstant))
    hundredth = SECOND // 100
    return {
        one.name: ((one.at.least - BEGIN) // hundredth / 100, (one.at.most - BEGIN) // hundredth / 100) for one in known
    }


def names(episode: Episode) -> list[str]:
    """What its story consists of."""
    return [claim.statement.name for claim in episode.claims]
