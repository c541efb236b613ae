"""The adapters: one module a type of channel. Nothing is imported here, so an unused platform costs nothing."""
