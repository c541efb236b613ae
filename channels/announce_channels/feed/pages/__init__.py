"""The status pages: front page, announcements, and what they are tried with."""
