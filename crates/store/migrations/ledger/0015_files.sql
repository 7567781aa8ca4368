-- letters that were kept with a request: who wrote, what about, its links (JSON)
CREATE TABLE letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    letter TEXT NOT NULL
) STRICT;
CREATE INDEX letters_by_request ON letters (request);

-- files that came for a request. Their content is encrypted in a file of its own beside the ledger, which no copy of
-- the ledger has; of a ledger in memory it is here
CREATE TABLE files (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    kind TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    blob TEXT NOT NULL DEFAULT '',
    content BLOB NOT NULL DEFAULT x'',
    at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX files_once ON files (request, sha256);

-- encrypted files that are to be deleted, or are being written: what no row of files names goes at the next occasion
CREATE TABLE blobs_gone (
    blob TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TRIGGER files_deleted AFTER DELETE ON files WHEN old.blob <> '' BEGIN
    INSERT OR IGNORE INTO blobs_gone (blob) VALUES (old.blob);
END;
