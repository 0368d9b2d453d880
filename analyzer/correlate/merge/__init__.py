"""Observations of both families become episodes."""
