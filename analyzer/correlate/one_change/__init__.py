"""One change of a route is one: where captures and logs take it for two kinds, all evidence decides."""
