-- how each source has been of late: failures in a row, rest, times of its answers
CREATE TABLE source_health (
    source TEXT PRIMARY KEY NOT NULL,
    health TEXT NOT NULL                     -- JSON; the engine's
) STRICT;

-- answers of sources that may be used again; the least recently used go first
CREATE TABLE answers (
    key     TEXT PRIMARY KEY NOT NULL,       -- SHA-256 of what was asked; no address can be read from it
    head    TEXT NOT NULL,                   -- JSON; the connectors'
    body    BLOB NOT NULL,
    size    INTEGER NOT NULL,                -- bytes of head and body
    used_at INTEGER NOT NULL                 -- milliseconds since 1970 UTC
) STRICT;
CREATE INDEX answers_by_use ON answers (used_at);
