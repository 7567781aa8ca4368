-- the day that a notice is about: the last day to bring a book back, to fetch it; empty if none
ALTER TABLE notices ADD COLUMN date TEXT NOT NULL DEFAULT '';

-- notices up to this one had their toast; what was there before had its own
INSERT INTO cursors (name, value, at) SELECT 'toasted', coalesce(max(id), 0), 0 FROM notices;

-- reminders that had their turn, told or passed over: each once, for ever
CREATE TABLE reminders (
    key TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- what is open is looked through for days that come near
CREATE INDEX requests_by_state ON requests (state);
