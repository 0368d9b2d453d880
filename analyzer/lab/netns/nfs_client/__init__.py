"""The NFS client of a host, a process of its own: `python -m analyzer.lab.netns.nfs_client SETTINGS.json`.

`client` steady I/O on one connection; `libnfs` the library under it; `client_log` what it says of each call.
"""
