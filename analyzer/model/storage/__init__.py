"""What hosts' logs say of datastores."""
