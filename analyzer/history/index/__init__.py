"""The index of the documents: `rows` says what the tables have of a run, `writing` puts it there, `rebuilding` makes
all of it anew.
"""
