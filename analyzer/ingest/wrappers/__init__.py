"""What other programs put around a log's lines: `grep`, `tail`, `allssh`, a syslog server; and the lines without it."""
