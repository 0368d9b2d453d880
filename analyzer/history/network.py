"""Whether a file lies on a disk of another computer, where SQLite's locks and its shared memory can't be relied on.

Linux tells the mount of an open file (`/proc/self/fdinfo`) and each mount's type (`/proc/self/mountinfo`, proc(5)): no
guess by a path's beginning. Elsewhere nothing is known, and nothing said.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

NETWORK: Mapping[str, str] = {
    "nfs": "NFS",
    "nfs4": "NFS",
    "cifs": "SMB (Windows share)",
    "smb3": "SMB (Windows share)",
    "smbfs": "SMB (Windows share)",
    "9p": "9P (a virtual machine's shared folder)",
    "virtiofs": "virtiofs (a virtual machine's shared folder)",
    "vboxsf": "VirtualBox's shared folder",
    "fuse.vmhgfs-fuse": "VMware's shared folder",
    "prl_fs": "Parallels' shared folder",
    "fuse.sshfs": "SSHFS",
    "ceph": "Ceph",
    "fuse.ceph-fuse": "Ceph",
    "fuse.glusterfs": "GlusterFS",
    "lustre": "Lustre",
    "gpfs": "GPFS",
    "beegfs": "BeeGFS",
    "afs": "AFS",
    "ncpfs": "NCP",
    "coda": "Coda",
    "ocfs2": "OCFS2",
    "gfs2": "GFS2",
    "fuse.s3fs": "S3FS",
    "fuse.rclone": "rclone",
    "fuse.davfs": "WebDAV",
    "davfs": "WebDAV",
}
"""Types of mounts that other computers share, in words."""
_FDINFO = "/proc/self/fdinfo"
_MOUNTS = Path("/proc/self/mountinfo")


def network_disk(folder: Path) -> str:
    """What kind of network disk a folder is on, in words; empty where it is on none, or where that can't be known."""
    return NETWORK.get(_mount_type(folder), "")


def _mount_type(folder: Path) -> str:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return ""
    try:
        return type_of_mount(Path(_FDINFO, str(descriptor)).read_text("utf-8"), _MOUNTS.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return ""
    finally:
        os.close(descriptor)


def type_of_mount(fdinfo: str, mountinfo: str) -> str:
    """The type of the mount that an open file is on (`ext4`), by the kernel's tables; empty where they don't tell."""
    wanted = next((line.split()[1] for line in fdinfo.splitlines() if line.startswith("mnt_id:")), None)
    for line in mountinfo.splitlines():
        mount, _, more = line.partition(" - ")
        if mount.split(" ", 1)[0] == wanted and more:
            return more.split(" ", 1)[0]
    return ""
