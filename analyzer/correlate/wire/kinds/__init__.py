"""How a change of a host's service in the captures shows each kind of episode.

`recognise(change, scene)` of a kind's module gives an observation, or None when the change is of another kind. The
order in which they are asked stands in `wire.observations`. A new kind is one module here, one line there, and its name
in `model.episode`. Beside the kinds: `silent_cvm`, `diverted` and `injected_unseen` know what several of them look at.
"""
