"""What is done to a running cluster, and the episode that comes of it.

`injector` does a scenario's faults; `disturbances` those that only look like a failover or spoil one, of a CVM
(`cvm_disturbances`) and of a host (`host_disturbances`); `running_cluster` what they are done to.
"""
