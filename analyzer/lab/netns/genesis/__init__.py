"""Autopathing itself, by the published rules: what Genesis does on each CVM. To be read in this order:

- `analyzer.lab.rules`: what is right for a host, given its CVM's state and its forwarding; no input or output.
- `ha_service`: on the CVM that leads; each period it asks every Stargate and every host, applies the rules, hands out
  tasks.
- `hypervisor_ha`: carries a task out on the host, over one permanent SSH connection.
- `leadership`: which CVM leads, also once the one that did is dead.
- `follower`: what Genesis does on a CVM that does not lead: next to nothing, which is why its log is dull.
- `genesis_log`: genesis.out as a CVM writes it. The wording is ours: no public source has the real one.
- `settings` what it is given, `stargate_client` its questions to a Stargate, `cluster_status` the command of that name.

`python -m analyzer.lab.netns.genesis SETTINGS.json` runs it.
"""
