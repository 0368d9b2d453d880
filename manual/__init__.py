"""The documentation as a site, and the man pages: the pages of docs/, and a reference that is made from the code."""
