"""What the logs show: their lines in order, made consistent, and read host by host into observations.

`observations` has the way through the room. `lines/`: each line is placed (`entry`, `hosts`), each route change gets
its author (`orders`, `attribution`), and each check's finding agrees with what it led to (`repairs`, `reconcile`).
`checks/`: which lines are one HA check (`find_checks`, `ha_checks`). `state/`: every line is applied to its host's
state (`transitions`, over `host_state`, `stargates` and `context`): by what a check found (`forwarding`), by what was
ordered and done (`commands`, `terminate`, `by_hand`, `no_author`; once more in `double_repair` and `retry`, of another
CVM in `gateway_failure`, told after its repair in `late`), which opens, bounds and closes faults (`faults`, `bounds`).
"""
