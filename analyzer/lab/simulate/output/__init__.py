"""A simulation's history as evidence files, and its truth.

`taps` the frames at a vantage point; `encapsulation` what a mirror port puts around them; `captures` pcap and pcapng;
`clocks` what a device's clock shows; `logs` genesis.out and the hosts' logs as text, `host_logs` what a host logs of
its datastore, `host_chatter` what it logs all the time; `writer` all of that by file name; `simulated` files and truth
together.
"""
