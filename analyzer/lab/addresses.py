"""Addresses that a person gives, for the lab and the simulator."""

from __future__ import annotations

from ipaddress import IPv4Address


def is_address(text: str) -> bool:
    """Whether it is an IPv4 address, such as `192.168.1.28`."""
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True
