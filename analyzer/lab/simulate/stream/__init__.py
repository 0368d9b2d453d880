"""Long captures in constant memory: a block of steady traffic, repeated, before a simulation's eventful part.

`flows` the TCP connections in the block; `template` the block again and again, at the speed of the disk;
`capture_stream` a capture of blocks and the rest; `goal` how long it is to be; `files` compressed as they are written;
`stream` all captures and logs in a folder.
"""
