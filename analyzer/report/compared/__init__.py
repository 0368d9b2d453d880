"""What a comparison of tests says: `lines` in words, figure by figure, `sentences` all of it."""
