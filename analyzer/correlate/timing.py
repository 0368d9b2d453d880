"""How long things take: facts that more than one room uses, by subject, each with its source.

Genesis' figures are those of the recordings in `samples/` and of `docs/accuracy.md`'s simulated tests, where no public
document has them: the check interval is configurable, and no wording of a version is public.
"""

from __future__ import annotations

from analyzer.model.instant import MILLISECOND, SECOND

# --- an HA check, as the lines of genesis.out show it

CHECK_PERIOD = 30 * SECOND  # between two checks, where the log tells no other (formats.md, section 3)
SAME_CHECK = 5 * SECOND  # lines of one check are nearer than this: a dead CVM's probe, which takes 2 s, and the rest
ONE_CHECK = 10 * SECOND  # what a check finds and what it then decides are nearer: two probes, and the routes of a host
LONG_REPAIR = 3 * SAME_CHECK  # a repair that lasts longer than this may delay the next check
CHECK_SLIP = 2_500 * MILLISECOND  # a check's first line is late by a dead CVM's probe (2 s) and half a whole second
PROBE = 2 * SECOND  # a check that finds a CVM down has waited so long for its answer
FEWEST_CHECKS = 3  # fewer checks show no period: two have but one distance

# --- SSH from a CVM to a host

SSH_LAG = 600 * MILLISECOND  # a line and the SSH exchange that it shows are this near at most
SSH_SLACK = 20 * MILLISECOND  # by so much a line may be earlier than the last segment that the capture has

# --- captures: the edges, and an NFS client

EDGE = 5 * SECOND  # what is seen this near to a capture's ends was there before, or goes on
PAUSE = 1_500 * MILLISECOND  # a silence worth a look: what else happened in it decides whether it was a fault
FAR_BEYOND = 4  # a silence that is this many times the usual gap between replies is no idleness
HEARTBEAT = 13 * SECOND  # a datastore has a call at least this often: ESXi's NFS.HeartbeatFrequency is 12 s
FAILOVER = 120 * SECOND  # a host is on its other path this long after it lost the one (checks: 30 or 60 s)

# --- captures: a CVM

CVMS_TALK = 5 * SECOND  # CVMs of a cluster talk to each other more often than this
STEADY = 8 * SECOND  # who was heard without a lull for so long is heard all along
CVM_SILENT = 8 * SECOND  # a CVM that is not heard for so long on the public network, and is missed there, is gone

# --- clocks (how far they are off is an assumption that the report tells, or `--clock` replaces)

UNPLACED = 600 * SECOND  # what a clock may be off that nothing bounds: no NTP for months (crystals: 50 ppm, 4 s a day)
PRIOR = 5 * SECOND  # clocks that nothing bounds are read as this near to each other
TAKEN_AS_ONE = SECOND  # captures whose clocks nothing tells apart are hardly farther apart, each kept by NTP
SAME_TIME = 5 * SECOND  # evidence of one fault on two clocks overlaps within this, once the clocks are aligned
