-- Whether an attempt that may have made the post public was lost, and nobody has looked since.

ALTER TABLE delivery ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;

-- Until now that was told by the call alone.
UPDATE delivery SET lost = 1 WHERE step = 'release' AND state IN ('retry_wait', 'blocked_auth');
