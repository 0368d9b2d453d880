"""Random sequences of faults, by seed: what is done to a cluster, and what is unusual about its evidence."""
