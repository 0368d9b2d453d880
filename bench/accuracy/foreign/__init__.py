"""Lines of a genesis.out that are none of HA's, for the study and the tests to mix into logs."""
