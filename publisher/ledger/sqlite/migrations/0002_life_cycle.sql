-- What later updates need: which post is edited or taken down, and whether changes made by hand are written over.

ALTER TABLE delivery ADD COLUMN target TEXT;

ALTER TABLE delivery ADD COLUMN forced INTEGER NOT NULL DEFAULT 0;

-- The newest update of an announcement, and what is open, without reading a history of thousands.
CREATE INDEX delivery_by_state ON delivery (state, ref);
