"""HA checks that found all well: long stretches of them, kept packed, and told as one where nothing else is near."""
