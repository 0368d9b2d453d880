"""What a test leaves, and its truth.

`control_captures` what the CVMs sent, by captures that are made for the truth alone; `service` who served a host;
`truth` the episodes with their instants; `files` everything by file name.
"""
