"""A static site for a web server of one's own: feeds, calendars, a front page, and a page for each announcement."""
