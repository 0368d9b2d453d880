"""What crosses a switch, as bytes, and who knows whose MAC; nothing here knows what a host or a CVM is.

`frames` Ethernet, ARP, IPv4, TCP; `rpc` NFSv3 over ONC RPC; `switch` wires and the ports on them; `neighbour` an entry
of a kernel's ARP table; `conversation` a TCP connection that goes well; `connect_attempt` one that may not.
"""
