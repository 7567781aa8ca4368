-- sources that the patron added; the file's own are not here
CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    config TEXT NOT NULL,
    added_at INTEGER NOT NULL
) STRICT;

-- keys and passwords of sources, as the patron entered them; never shown again, never logged
CREATE TABLE source_keys (
    source TEXT PRIMARY KEY,
    credentials TEXT NOT NULL
) STRICT;
