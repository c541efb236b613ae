-- When an attempt was claimed by the server's clock, the one that all machines share: whoever takes over from an owner
-- that has lost its hold, and may live, waits from then.
ALTER TABLE attempt ADD COLUMN claimed_at timestamptz NOT NULL DEFAULT clock_timestamp();
