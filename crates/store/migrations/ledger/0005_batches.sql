-- lists of works to be requested together; their forms are drafts like any other
CREATE TABLE batches (
    id TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL
) STRICT;

-- one wanted work of a list: as it was given, and the draft that became of it (a request has its id)
CREATE TABLE batch_lines (
    batch TEXT NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    line INTEGER NOT NULL,
    draft TEXT NOT NULL UNIQUE,
    given TEXT NOT NULL,
    -- number, reference, file, openUrl, title, search
    read_as TEXT NOT NULL,
    -- waiting: not looked up yet. found, absent: the catalogues knew it or not
    look_up TEXT NOT NULL CHECK (look_up IN ('waiting', 'found', 'absent')),
    PRIMARY KEY (batch, line)
) STRICT, WITHOUT ROWID;
