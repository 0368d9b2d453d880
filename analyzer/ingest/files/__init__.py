"""Files, folders and bundles: where evidence lies, what it is called, and the members of archives, each opened once."""
