"""Who is who: hosts with their VMkernel ports, CVMs, and which MAC is whose, from logs and captures."""
