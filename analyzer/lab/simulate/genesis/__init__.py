"""Autopathing in virtual time; what is right for a host says `analyzer.lab.rules`, as in the lab.

`ha_service` the checks of the CVM that leads; `hypervisor_ha` route commands and NfsTerminateConnection; `ssh` the
connections that both use; `leadership` which CVM leads.
"""
