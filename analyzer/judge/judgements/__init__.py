"""What an episode is held against, one judgement a module: its detection, its outage, and whether it has a cause."""
