"""SSH logins in an ESXi host's auth.log: from which address a process that runs a command was logged in."""

from __future__ import annotations

import re

import msgspec

from analyzer.config import Settings
from analyzer.model.event import Actor, RouteCommand

_LOGIN = re.compile(
    r"\b(?:Connection from|Accepted \S+ for \S+ from)\s+(?:UNKNOWN|(?P<address>\d{1,3}(?:\.\d{1,3}){3}))", re.IGNORECASE
)

LOGINS_AT_MOST = 10_000
"""Processes whose login is known at a time."""


class Logins:
    """The address that each process of sshd was reached from, as far as the log went."""

    def __init__(self) -> None:
        self._from: dict[str, str] = {}
        self._further = False

    def note(self, pid: str, message: str) -> None:
        """Keep what a record tells of a login."""
        found = _LOGIN.search(message)
        if found is None or not found["address"]:
            return
        if pid in self._from or len(self._from) < LOGINS_AT_MOST:
            self._from[pid] = found["address"]
        else:
            self._further = True

    def attributed(self, command: RouteCommand, pid: str, settings: Settings) -> RouteCommand:
        """The command with its login's address among its addresses. Genesis ran it when that is known for a CVM's;
        otherwise correlation, which learns more CVMs, may tell.
        """
        login = self._from.get(pid) or self._only()
        if login is None:
            return command
        cvms = {cvm.address for cvm in settings.inventory.cvms} | {
            settings.storage_address,
            settings.cvm_management_address,
        }
        actor: Actor = "genesis" if login in cvms else command.actor
        addresses = (login, *(a for a in command.addresses if a != login))
        return msgspec.structs.replace(command, actor=actor, addresses=addresses, login=login)

    def _only(self) -> str | None:
        """The login's address when all logins came from the same; the process that runs a command can be a child."""
        addresses = set(self._from.values())
        return addresses.pop() if len(addresses) == 1 and not self._further else None
