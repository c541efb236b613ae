"""What the engineer wrote down: announce.toml, the forms of its values, and every fault at once."""
