"""What really happens, noted as it happens: the source of truth.json, and of what the devices log.

`truth_log` episodes, events, service and log records; `episode` one episode's instants; `recovered` when a host's
replies were back at their rate.
"""
