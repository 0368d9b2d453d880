"""The scan of one file, written without what no scan looks at; and whether a scan came to that all the same."""
