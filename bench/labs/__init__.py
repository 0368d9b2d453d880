"""How right the program is of real kernels: labs with random options by seed, each in every mix of evidence."""
