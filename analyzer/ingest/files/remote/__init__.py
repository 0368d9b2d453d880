"""Evidence by URL: what lies there, and its bytes, read forward, hashed on the way, and asked for again where it broke.

`urls` tells a URL and what it is called without its secrets; `reading` the bytes of one file, whatever breaks on the
way; `cloud` speaks HTTP, S3, GCS and Azure (by obstore), `sftp` SFTP (by paramiko). Nothing here is imported, and no
network used, until a URL is given.
"""

from __future__ import annotations

from analyzer.ingest.files.remote.finding import RemoteFile, remote_files
from analyzer.ingest.files.remote.reading import RemoteBytes
from analyzer.ingest.files.remote.urls import is_url, shown_url

__all__ = ["RemoteBytes", "RemoteFile", "is_url", "remote_files", "shown_url"]
