"""Tell customers about urgent maintenance before it begins: on every channel, once."""

__version__ = "0.1.0"
