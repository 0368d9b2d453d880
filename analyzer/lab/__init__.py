"""Tests whose truth is known: `simulate` in virtual time, `netns` on real kernels in network namespaces."""
