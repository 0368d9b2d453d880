"""What the logs show: their lines in order, made consistent, and read host by host into observations.

`observations` has the way through the room: lines are placed (`entry`, `hosts`), each route change gets its author
(`orders`, `attribution`), and each check's finding agrees with what it led to (`repairs`, `reconcile`). Then every line
is applied to its host's state (`transitions`, over `host_state` and `context`): by what a check found (`forwarding`),
by what was ordered and done (`commands`, `terminate`, `by_hand`, `no_author`), which opens, bounds and closes faults
(`faults`, `bounds`). `ha_checks` and `find_checks` know which lines are one check.
"""
