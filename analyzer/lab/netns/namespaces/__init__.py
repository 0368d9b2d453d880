"""Linux namespaces: the sandbox around the lab, and the machines in it; nothing here knows what a host or a CVM is.

`sandbox` runs the lab so that nothing outlives it; `messages` what comes out of it by a pipe; `machine` a network,
processes, mounts and a name of its own; `machines` those that run on this computer, to be entered from outside.
"""
