"""An independent reader: facts out of what customers read, with no help from what wrote it."""
