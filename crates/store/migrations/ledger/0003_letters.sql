-- the outbox anew: changes of a request and messages beside submissions and actions
CREATE TABLE outbox_of_all (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('submit', 'action', 'edit', 'message')),
    -- of an action: its name
    action TEXT NOT NULL DEFAULT '',
    -- of an action or a message: the id made here under which it may be repeated
    action_id TEXT NOT NULL DEFAULT '',
    -- of an action: what the patron said with it (JSON)
    params TEXT NOT NULL DEFAULT '',
    -- of an edit: the version of the request that it changes
    version INTEGER NOT NULL DEFAULT 0,
    -- of a submission or an edit: the canonical bytes that are sent, and their SHA-256; of a message: its text
    payload BLOB NOT NULL,
    sha256 TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'unknown', 'rejected')),
    attempts INTEGER NOT NULL DEFAULT 0,
    -- the platform was asked and does not have it: the next 404 is final
    absent INTEGER NOT NULL DEFAULT 0 CHECK (absent IN (0, 1)),
    not_before INTEGER NOT NULL DEFAULT 0,
    -- why the last attempt failed (JSON)
    problem TEXT NOT NULL DEFAULT '',
    -- waits until that row is gone; 0: for nothing
    depends_on INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO outbox_of_all (id, request, kind, action, action_id, payload, sha256, state, attempts, absent,
    not_before, problem, depends_on, created_at)
SELECT id, request, kind, action, action_id, payload, sha256, state, attempts, absent, not_before, problem,
    depends_on, created_at FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_of_all RENAME TO outbox;
-- a request is submitted once
CREATE UNIQUE INDEX outbox_one_submission ON outbox (request) WHERE kind = 'submit';

-- the supplier has a symbol beside its name now
UPDATE requests SET platform = json_set(platform, '$.supplier', json(
    CASE platform ->> '$.supplier' WHEN '' THEN 'null'
        ELSE json_object('symbol', '', 'name', platform ->> '$.supplier') END))
WHERE platform <> '';

-- what patron and librarian wrote to each other; one of the patron's waits to be sent while the outbox has it
CREATE TABLE messages (
    request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    message TEXT NOT NULL,
    read INTEGER NOT NULL DEFAULT 0 CHECK (read IN (0, 1)),
    PRIMARY KEY (request, id)
) STRICT, WITHOUT ROWID;

-- what was delivered
CREATE TABLE documents (
    request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    document TEXT NOT NULL,
    -- what has come of it while a fetch is broken off: it goes on by range, so that it uses up no second view
    part BLOB NOT NULL DEFAULT x'',
    -- where the patron has it, once its bytes were verified; empty before
    saved_path TEXT NOT NULL DEFAULT '',
    saved_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (request, id)
) STRICT, WITHOUT ROWID;
