"""Words for what a cluster's history shows over time: `looked` of a look after a run."""
