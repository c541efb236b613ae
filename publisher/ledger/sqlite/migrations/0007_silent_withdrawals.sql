-- Whether who subscribes to feeds is told nothing of a withdrawal.

ALTER TABLE delivery ADD COLUMN silent INTEGER NOT NULL DEFAULT 0;

-- Until now none was told: an item that came months later would be news of old news.
UPDATE delivery SET silent = 1 WHERE operation = 'withdraw';
