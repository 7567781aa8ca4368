-- cache.db: what can be asked again. May be thrown away at any time.

-- searches that were made, so that their results can be read without a network
CREATE TABLE searches (
    id          TEXT PRIMARY KEY NOT NULL,
    text        TEXT NOT NULL,               -- as typed
    query       TEXT NOT NULL,               -- JSON, model::Query
    searched_at INTEGER NOT NULL,            -- milliseconds since 1970 UTC
    works       INTEGER NOT NULL,            -- works found, for the list
    sources     TEXT NOT NULL                -- JSON, how each source ended; the engine's
) STRICT;
CREATE INDEX searches_by_time ON searches (searched_at);

-- records as the sources gave them; works are merged anew when a search is opened
CREATE TABLE records (
    search_id TEXT NOT NULL REFERENCES searches (id) ON DELETE CASCADE,
    n         INTEGER NOT NULL,              -- in the order of arrival, from 0
    source    TEXT NOT NULL,
    position  INTEGER NOT NULL,              -- place in the source's own order, from 0
    record    TEXT NOT NULL,                 -- JSON, model::Record
    PRIMARY KEY (search_id, n)
) STRICT, WITHOUT ROWID;
