"""Fuzzing: every parser of bytes that somebody else may have written, guided by the branches that inputs take."""
