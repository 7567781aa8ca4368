-- The sandbox's tables; in memory for one run, or in a file with --data-dir.
CREATE TABLE IF NOT EXISTS accounts (
    id           TEXT PRIMARY KEY,
    username     TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    email        TEXT NOT NULL,
    phone        TEXT NOT NULL,
    password     TEXT,              -- salted SHA-256; none until approved
    state        TEXT NOT NULL,
    note         TEXT NOT NULL,
    granted      INTEGER NOT NULL,
    locked       INTEGER NOT NULL DEFAULT 0,
    submitted_ms INTEGER NOT NULL,
    moved_ms     INTEGER NOT NULL   -- real time of the last step, for the librarian
) STRICT;
CREATE TABLE IF NOT EXISTS failures (account TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS tokens (
    token      TEXT PRIMARY KEY,
    account    TEXT NOT NULL,
    kind       TEXT NOT NULL,       -- access | refresh
    expires_ms INTEGER NOT NULL,
    used       INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS requests (
    id           TEXT PRIMARY KEY,
    account      TEXT NOT NULL,
    hrid         TEXT NOT NULL,
    fingerprint  TEXT NOT NULL,
    body         TEXT NOT NULL,     -- as the patron sent it
    service      TEXT NOT NULL,
    state        TEXT NOT NULL,
    reason_code  TEXT,
    reason_text  TEXT,
    supplier     TEXT,
    attempt      INTEGER NOT NULL DEFAULT 0,
    expected_by  TEXT,
    due_date     TEXT,
    pickup_by    TEXT,
    delivered_ms INTEGER,
    cost         INTEGER,           -- fen
    coins        INTEGER NOT NULL,  -- reserved for it
    renewals     INTEGER NOT NULL DEFAULT 0,
    version      INTEGER NOT NULL,
    created_ms   INTEGER NOT NULL,
    updated_ms   INTEGER NOT NULL,
    moved_ms     INTEGER NOT NULL,  -- real time of the last step, for the librarian
    deleted      INTEGER NOT NULL DEFAULT 0,
    condition    TEXT,              -- JSON while a condition waits for an answer
    renewal      TEXT,              -- JSON of the last renewal that was asked for
    succeeded_by TEXT,              -- the request that took its place
    newer        TEXT               -- JSON: label, stage and actions of a state that the table does not know
) STRICT;
CREATE TABLE IF NOT EXISTS events (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    request    TEXT NOT NULL,
    at_ms      INTEGER NOT NULL,
    from_state TEXT,
    to_state   TEXT NOT NULL,
    actor      TEXT NOT NULL,
    note       TEXT NOT NULL,
    note_en    TEXT NOT NULL,
    kind       TEXT NOT NULL DEFAULT 'moved',
    message    TEXT,                -- id of the message that it announces
    change     INTEGER NOT NULL DEFAULT 0 -- how far the change feed was when it happened
) STRICT;
CREATE INDEX IF NOT EXISTS events_of_request ON events (request, seq);
CREATE TABLE IF NOT EXISTS changes (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    request TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS changes_of_account ON changes (account, seq);
CREATE INDEX IF NOT EXISTS changes_of_request ON changes (request, seq);
CREATE TABLE IF NOT EXISTS ledger (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    request TEXT NOT NULL,          -- empty for a grant
    entry   TEXT NOT NULL,          -- grant | reserve | consume | release
    coins   INTEGER NOT NULL,
    at_ms   INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS actions (
    request TEXT NOT NULL,
    id      TEXT NOT NULL,
    name    TEXT NOT NULL,
    answer  TEXT NOT NULL,
    PRIMARY KEY (request, id)
) STRICT;
CREATE TABLE IF NOT EXISTS messages (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    id      TEXT NOT NULL UNIQUE,
    request TEXT NOT NULL,
    at_ms   INTEGER NOT NULL,
    author  TEXT NOT NULL,          -- patron | library
    text    TEXT NOT NULL,
    read_ms INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS messages_of_request ON messages (request, seq);
CREATE TABLE IF NOT EXISTS documents (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    request    TEXT NOT NULL,
    name       TEXT NOT NULL,
    media_type TEXT NOT NULL,
    content    BLOB NOT NULL,
    sha256     TEXT NOT NULL,
    views      INTEGER NOT NULL,    -- left
    viewed_ms  INTEGER,             -- when a view last began: what was begun may be finished
    expires_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS documents_of_request ON documents (request, seq);
CREATE TABLE IF NOT EXISTS mail (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms    INTEGER NOT NULL,
    username TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject  TEXT NOT NULL,
    body     TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
