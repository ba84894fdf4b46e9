"""The machine below: its disk, its file systems, its folders; measured, not judged."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, make_url

MEGABYTE = 1_000_000
SCARCE_BYTES, SCARCE_SHARE = 500 * MEGABYTE, 0.10
AMPLE_BYTES = 20_000 * MEGABYTE
"""A tenth of a large disk is no shortage."""

LEAST_BYTES = 20 * MEGABYTE
"""With less than this nothing is begun: what was done could not be recorded."""

NAMES = (
    "9p afs beegfs ceph cifs davfs fuse.ceph fuse.davfs2 fuse.glusterfs fuse.rclone fuse.s3fs "
    "fuse.sshfs glusterfs gpfs lustre ncpfs nfs nfs4 ocfs2 prl_fs smb smb2 smb3 smbfs vboxsf"
)
NETWORK_FILE_SYSTEMS = frozenset(NAMES.split())
"""On these two machines, or the same one after a cut, may both believe they hold a lock."""


class Disk(NamedTuple):
    """The disk that the database lies on. Units: bytes."""

    free: int
    total: int

    @property
    def is_scarce(self) -> bool:
        """Say whether somebody should make room."""
        return self.free < max(SCARCE_BYTES, min(self.total * SCARCE_SHARE, AMPLE_BYTES))

    @property
    def is_full(self) -> bool:
        """Say whether nothing may be begun any more."""
        return self.free < LEAST_BYTES


class Mount(NamedTuple):
    """A file system, and the folder it begins at."""

    folder: str
    kind: str


def database_file(url: str) -> Path | None:
    """Return the file of a SQLite address; None for a database elsewhere, or in memory.

    >>> database_file("postgresql://db/fristvagt") is None
    True
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or address.database in (None, "", ":memory:"):
        return None
    return Path(str(address.database)).absolute()


def disk_of(engine: Engine) -> Disk | None:
    """Return how much room the database has; None when it is on another machine."""
    path = database_file(engine.url.render_as_string(hide_password=False))
    return disk_at(path.parent) if path is not None else None


def disk_at(folder: Path) -> Disk:
    """Return how much room a folder has for this user."""
    found = shutil.disk_usage(folder)
    return Disk(found.free, found.total)


def mounts() -> list[Mount]:
    """Return the file systems of this machine."""
    import psutil

    return [Mount(found.mountpoint, found.fstype) for found in psutil.disk_partitions(all=True)]


def network_file_system(path: Path, mounted: Sequence[Mount]) -> str:
    """Return the kind of network file system that a path is on; "" when it is on a local disk.

    >>> mounted = [Mount("/", "ext4"), Mount("/srv", "nfs4"), Mount("/srv/local", "xfs")]
    >>> network_file_system(Path("/srv/fristvagt.db"), mounted)
    'nfs4'
    >>> network_file_system(Path("/srv/local/fristvagt.db"), mounted)
    ''
    """
    folders = {path, *path.parents}
    around = [mount for mount in mounted if Path(mount.folder) in folders]
    # of two that begin at the same folder the later one covers the earlier
    _, nearest = max(
        ((len(Path(mount.folder).parts), number) for number, mount in enumerate(around)),
        default=(0, -1),
    )
    kind = around[nearest].kind if around else ""
    return kind if kind in NETWORK_FILE_SYSTEMS else ""


def is_writable(folder: Path) -> bool:
    """Say whether this user may make files in a folder."""
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
