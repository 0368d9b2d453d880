"""What really happens, noted as it happens: the source of truth.json, and of what the devices log.

`truth_log` episodes, events, service and log records; `host_truth` which episodes of a host begin and end when, by the
path that is right (docs/kinds.md), `open_episodes` those under way, `episode` one's instants; `watcher` the reply that
ends one, `recovered` when a host's replies were back at their rate.
"""
