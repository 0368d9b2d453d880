"""What the logs show: their lines in order, made consistent, and read host by host into observations."""
