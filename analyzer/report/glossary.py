"""What the words of a report mean, for a reader who does not know the cluster or this program."""

from __future__ import annotations

from collections.abc import Mapping

GLOSSARY: Mapping[str, str] = {
    "CVM": "controller virtual machine: each host has one, and it serves the host's storage",
    "Storage address": "192.168.5.2: each host mounts its NFS datastore there; every CVM has this address on the"
    " internal switch of its host",
    "Local path, remote path": "from the host to its own CVM through vmk1 and the internal switch; to another CVM"
    " through vmk0 and the public network",
    "Genesis": "the service on each CVM that checks the Stargates and the routes (normally every 30 s), and adds or"
    " deletes the hosts' routes; one CVM leads",
    "Stargate": "the service on a CVM that answers NFS requests",
    "Forwarding": "a route on a host that sends its storage traffic to another CVM (also: autopathing)",
    "Episode": "one failover: a fault, the reaction to it, and its end",
    "Detection": "how long after the fault Genesis reacted",
    "Outage": "how long storage was away: the time without NFS replies",
    "APD": "All Paths Down: ESXi declares it 36 to 51 s after the last NFS heartbeat that was answered; 140 s after"
    " that, the I/O of virtual machines fails",
    "Polling bound": "the check interval plus 10 s: a healthy cluster notices a fault and reacts within that",
    "Span": "a time as the limits of what the evidence allows: 23.3 s ± 0.5 s means 22.8 s to 23.8 s, and not a"
    " standard deviation",
    "Confidence": "high, medium or low: how sure it is what happened, not how exact its times are; low where only one"
    " sort of evidence shows it, or where it may have been something else",
    "Capture quality": "trustworthy, with care (it has gaps or edges that matter for some times), or not for timing",
    "Key time": "a moment of an episode that everything is measured between: fault, detected, repaired, restored, …",
    "Claim": "a statement of this report with the frames and lines that show it",
    "Finding": "something that is not healthy, or that weakens the evidence, with a code such as AP106",
}

IN_SHORT = (
    "CVM: controller virtual machine, which serves its host's storage. Genesis: the service on the CVMs that checks the"
    " storage paths and changes the hosts' routes. HA check: such a check by Genesis (not vSphere HA). Outage: the time"
    " without NFS replies; ESXi declares All Paths Down (APD) after 36 to 51 s of it."
)
"""The words without which the first screen can't be read."""
