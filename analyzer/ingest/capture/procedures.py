"""Names of RPC programs and procedures: NFSv3, MOUNTv3, portmap.

References: RFC 1813 section 3.3 (NFSv3) and appendix I (MOUNT), RFC 1833 section 3 (portmap, rpcbind).
"""

from __future__ import annotations

PORTMAP = 100_000
NFS = 100_003
MOUNT = 100_005

NFS3 = (
    "NULL", "GETATTR", "SETATTR", "LOOKUP", "ACCESS", "READLINK", "READ", "WRITE", "CREATE", "MKDIR", "SYMLINK",
    "MKNOD", "REMOVE", "RMDIR", "RENAME", "LINK", "READDIR", "READDIRPLUS", "FSSTAT", "FSINFO", "PATHCONF", "COMMIT",
)  # fmt: skip
MOUNT3 = ("NULL", "MNT", "DUMP", "UMNT", "UMNTALL", "EXPORT")
PORTMAP2 = ("NULL", "SET", "UNSET", "GETPORT", "DUMP", "CALLIT")

_PROGRAMS = {NFS: "NFS", MOUNT: "MOUNT", PORTMAP: "PORTMAP"}
_PROCEDURES = {(NFS, 3): NFS3, (MOUNT, 3): MOUNT3, (PORTMAP, 2): PORTMAP2}


def program_name(program: int) -> str:
    """The program's name, or its number as text."""
    return _PROGRAMS.get(program, str(program))


def procedure_name(program: int, version: int, procedure: int) -> str:
    """The procedure's name, or `procedure N` where it is not known."""
    names = _PROCEDURES.get((program, version), ())
    return names[procedure] if procedure < len(names) else f"procedure {procedure}"
