"""What a simulation is given: faults on a timeline, the cluster, its timers and clocks, which evidence is written.

`action` the faults' names; `scenario` faults in order, and the kinds known by name; `scenario_file` the same as TOML;
`options` the cluster and its timers; `clock_settings` what `--clock` says; `evidence` vantage points and impairments.
"""
