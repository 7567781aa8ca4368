-- a request that the patron lets wait for a free place: '' is sent as soon as possible, 'waits' is not sent before
-- a place is free, 'given' has been given one
ALTER TABLE outbox ADD COLUMN place TEXT NOT NULL DEFAULT '' CHECK (place IN ('', 'waits', 'given'));
