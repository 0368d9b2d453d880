"""Names of RPC programs and procedures: NFS of versions 2 to 4, MOUNTv3, portmap.

References: RFC 1094 section 2.2 (NFSv2), RFC 1813 section 3.3 (NFSv3) and appendix I (MOUNT), RFC 7530 section 16
(NFSv4), RFC 1833 section 3 (portmap, rpcbind).
"""

from __future__ import annotations

PORTMAP = 100_000
NFS = 100_003
MOUNT = 100_005

NFS3 = (
    "NULL", "GETATTR", "SETATTR", "LOOKUP", "ACCESS", "READLINK", "READ", "WRITE", "CREATE", "MKDIR", "SYMLINK",
    "MKNOD", "REMOVE", "RMDIR", "RENAME", "LINK", "READDIR", "READDIRPLUS", "FSSTAT", "FSINFO", "PATHCONF", "COMMIT",
)  # fmt: skip
NFS2 = (
    "NULL", "GETATTR", "SETATTR", "ROOT", "LOOKUP", "READLINK", "READ", "WRITECACHE", "WRITE", "CREATE", "REMOVE",
    "RENAME", "LINK", "SYMLINK", "MKDIR", "RMDIR", "READDIR", "STATFS",
)  # fmt: skip
NFS4 = ("NULL", "COMPOUND")
MOUNT3 = ("NULL", "MNT", "DUMP", "UMNT", "UMNTALL", "EXPORT")
PORTMAP2 = ("NULL", "SET", "UNSET", "GETPORT", "DUMP", "CALLIT")

_PROGRAMS = {NFS: "NFS", MOUNT: "MOUNT", PORTMAP: "PORTMAP"}
_PROCEDURES = {(NFS, 2): NFS2, (NFS, 3): NFS3, (NFS, 4): NFS4, (MOUNT, 3): MOUNT3, (PORTMAP, 2): PORTMAP2}


def program_name(program: int) -> str:
    """The program's name, or its number as text."""
    return _PROGRAMS.get(program, str(program))


def procedure_name(program: int, version: int, procedure: int) -> str:
    """The procedure's name, or `procedure N` where it is not known."""
    names = _PROCEDURES.get((program, version), ())
    return names[procedure] if procedure < len(names) else f"procedure {procedure}"


NFS_NAMES = tuple(sorted({*NFS2, *NFS3, *NFS4}))


def nfs_name_place(version: int, procedure: int) -> int:
    """The place of an NFS procedure's name in :data:`NFS_NAMES`; beyond them its number where it is not known."""
    names = _PROCEDURES.get((NFS, version), ())
    return NFS_NAMES.index(names[procedure]) if procedure < len(names) else len(NFS_NAMES) + procedure
