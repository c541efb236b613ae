-- Who said it, as user@host; NULL: it was said before this was recorded. Beside the text, for customers do not read it.

ALTER TABLE announcement_update ADD COLUMN said_by TEXT;
