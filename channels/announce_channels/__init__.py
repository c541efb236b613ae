"""The adapters: a folder a type of channel; `publisher/adapter/registry.py` has the table of them.

Nothing is imported here, so an unused platform costs nothing. What customers read is in `templates/`.
"""
