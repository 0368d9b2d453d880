"""What a batch gives when its workers are killed at random moments: processes of this machine, or a Dask cluster's."""
