"""One module for each kind of episode: how a change of a host's service in the captures shows it.

`recognise(change, scene)` gives an observation, or None when the change is of another kind. The order in which they are
asked stands in `wire.observations`. A new kind is one module here, one line there, and its name in `model.episode`.
"""
