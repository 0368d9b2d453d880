"""What a cluster's history shows over time: `looked` a look after a run in words; `otava` for another program."""
