"""How it reads: an update and a template become a post that fits and carries every fact."""
