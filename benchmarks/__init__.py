"""How fast announce is, as ratios beside Apprise's command line on one loopback server: ``python -m benchmarks``."""
