"""The wording of logs: rules as TOML files beside this one (and a user's), read, checked and compiled."""
