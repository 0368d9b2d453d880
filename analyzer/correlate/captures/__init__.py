"""Captures of several devices are put on one clock, or it is said that they contradict each other."""
