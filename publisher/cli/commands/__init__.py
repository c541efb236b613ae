"""The commands, a module each or a few that belong together: parse, call, print."""
