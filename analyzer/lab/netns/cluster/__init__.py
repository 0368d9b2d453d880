"""The running cluster: its members, the networks between them, and the captures.

`members` hosts and CVMs by name, address and MAC; `network` bridges and links; `cvm` and `esxi` the machines;
`environment` and `program_settings` what the programs in them are given; `capture` a recorder; `lab` all of it, and
waiting for events.
"""
