"""The scan of large captures: numba kernels over one record of tables, with the result of the plain one."""
