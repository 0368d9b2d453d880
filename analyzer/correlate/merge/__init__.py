"""Observations of both families become episodes.

`merge` has the way through the room: `unite` makes one observation of two, `absorbed` drops what is but a part of
another, `causes` bounds effects by their causes; then its `STEPS` complete them, each by what `settled` holds.
`episodes` and `conclude` make of them what the next stage takes.
"""
