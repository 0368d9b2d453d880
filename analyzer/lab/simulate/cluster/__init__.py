"""The machines: hosts with their NFS clients, CVMs with their NFS servers, and TCP between them.

`connection` what both ends know of a connection; `tcp_server` and `nfs_server` a CVM's end of it, `egress` the port
that it answers by, `cvm` its power; `socket` the host's end, `client` a datastore's I/O, `service` the replies that it
got, `mount` what comes before, `host` routes and ARP; `gossip` what CVMs say to each other; `node` a host with its CVM;
`site` what all share.
"""
