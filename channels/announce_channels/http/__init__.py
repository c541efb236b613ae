"""Any platform with an HTTP API, described in announce.toml."""
