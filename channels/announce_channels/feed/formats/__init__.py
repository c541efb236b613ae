"""Feeds and calendars, a module a format, and the table of them."""
