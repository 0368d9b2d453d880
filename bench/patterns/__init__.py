"""Whether each regular expression takes a time that is linear in the text: they are driven with near misses."""
