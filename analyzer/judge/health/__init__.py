"""What is not healthy, one module a subject: each check takes the dossier and gives findings.

routes      a route by hand, a dead gateway, a connection that was not ended, ICMP redirects
public      storage traffic on the public network of a healthy cluster
given_back  the path after the CVM's recovery
owners      two owners of one address
stargates   a Stargate that is down: elsewhere, or without its CVM
checks      the period of the HA checks, pauses, restarts, moves of the leader
datastore   what the host lost
tables      a table that shows what no episode has
captures    frames that a capture lost, cut, copied, or saw one way only
clocks      zones, offsets, contradictions
lines       log lines and notes that tell nothing, and what was assumed
"""
