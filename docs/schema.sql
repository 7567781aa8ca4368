-- The two databases of Hongyan, as the migrations make them (crates/store/migrations); a test compares.

-- hongyan.db: what cannot be fetched again. Times are milliseconds since 1970 UTC; JSON is the
-- model's own; an empty text means "none" unless a column says otherwise.

-- what the patron chose, by name; values are JSON
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- the one session; the password is never here
CREATE TABLE session (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    username TEXT NOT NULL,
    access_token TEXT NOT NULL,
    refresh_token TEXT NOT NULL,
    obtained_at INTEGER NOT NULL,
    access_expires INTEGER NOT NULL,
    refresh_expires INTEGER NOT NULL,
    -- held: good as far as we know. spending: the refresh token was given away and no answer is
    -- stored; it must never be used again. ended: sign in to go on.
    state TEXT NOT NULL CHECK (state IN ('held', 'spending', 'ended')),
    must_change_password INTEGER NOT NULL DEFAULT 0 CHECK (must_change_password IN (0, 1))
) STRICT;

-- the account as the platform last described it, with its desks
CREATE TABLE account (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    account TEXT NOT NULL,
    desks TEXT NOT NULL DEFAULT '[]'
) STRICT;

-- a registration made here
CREATE TABLE registration (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    status TEXT NOT NULL
) STRICT;

-- forms that were written to and not yet submitted
CREATE TABLE drafts (
    id TEXT PRIMARY KEY,
    draft TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- every request, from the moment of submitting
CREATE TABLE requests (
    id TEXT PRIMARY KEY,
    -- the form, as submitted
    draft TEXT NOT NULL,
    -- as the platform last described it; empty until it accepted
    platform TEXT NOT NULL DEFAULT '',
    -- where it stands, ours or the platform's
    state TEXT NOT NULL,
    -- a change made here that the platform has not confirmed: 'cancel' ...
    pending_action TEXT NOT NULL DEFAULT '',
    -- why it was refused (JSON), while REJECTED
    problem TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX requests_by_time ON requests (updated_at DESC);

-- which works the requests are about, to find them from a result
CREATE TABLE request_identifiers (
    code TEXT NOT NULL,
    value TEXT NOT NULL,
    request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    PRIMARY KEY (code, value, request)
) STRICT, WITHOUT ROWID;

-- the platform's log; each event once, for ever
CREATE TABLE events (
    id TEXT PRIMARY KEY,
    request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    event TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_request ON events (request, at);

-- what happened on this machine
CREATE TABLE local_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    state TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX local_events_by_request ON local_events (request, at);

-- what has to be told to the library; a row goes when the library has confirmed it
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('submit', 'action')),
    -- of an action: its name, and the id made here under which it may be repeated
    action TEXT NOT NULL DEFAULT '',
    action_id TEXT NOT NULL DEFAULT '',
    -- of a submission: the canonical bytes that are sent, and their SHA-256
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
-- a request is submitted once
CREATE UNIQUE INDEX outbox_one_submission ON outbox (request) WHERE kind = 'submit';

-- what the patron should know; each key once, for ever
CREATE TABLE notices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    -- the request it opens; empty if it is about none
    request TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    at INTEGER NOT NULL,
    read INTEGER NOT NULL DEFAULT 0 CHECK (read IN (0, 1))
) STRICT;

-- how far we have read: the changes feed, and the times of what was done
CREATE TABLE cursors (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

-- drafts and requests deleted here: a late save must not bring them back
CREATE TABLE tombstones (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT;

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

-- the place of a request in the history: milliseconds since 1970 UTC of when it was asked, times 16, plus
-- a number where two were asked in one. It never changes, so a list that is read by it has neither gaps nor
-- doubles whatever changes meanwhile
ALTER TABLE requests ADD COLUMN n INTEGER;
UPDATE requests SET n = p.n FROM (
    SELECT id, created_at * 16 + row_number() OVER (PARTITION BY created_at ORDER BY id) - 1 AS n FROM requests
) AS p WHERE p.id = requests.id;
CREATE UNIQUE INDEX requests_by_n ON requests (n);

-- what lists are narrowed by and figures are made of, narrow enough to read all of it; written with the
-- request in one transaction
CREATE TABLE history (
    n INTEGER PRIMARY KEY,
    -- where it stands, as in requests
    state TEXT NOT NULL,
    -- nothing more will happen
    over INTEGER NOT NULL CHECK (over IN (0, 1)),
    -- what came of it: open, filled, unfilled, heldLocally, cancelled
    outcome TEXT NOT NULL,
    service TEXT NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    supplier TEXT NOT NULL,
    -- when the work was first there, delivered or ready at the desk; 0: not yet, or not known
    came_at INTEGER NOT NULL DEFAULT 0,
    -- last change
    changed_at INTEGER NOT NULL,
    -- fen
    cost INTEGER NOT NULL DEFAULT 0,
    cost_to_patron INTEGER NOT NULL DEFAULT 0,
    -- says which words it is found by at present; 0: by none yet
    filed INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO history (n, state, over, outcome, service, kind, language, supplier, came_at, changed_at, cost, cost_to_patron)
SELECT r.n, r.state, r.state IN ('LOCALLY_AVAILABLE', 'DECLINED', 'COMPLETED', 'UNFILLED', 'CANCELLED', 'EXPIRED'),
    CASE
        WHEN r.state = 'LOCALLY_AVAILABLE' THEN 'heldLocally'
        WHEN r.state = 'CANCELLED' THEN 'cancelled'
        WHEN r.state IN ('UNFILLED', 'DECLINED') THEN 'unfilled'
        WHEN r.state IN ('AWAITING_PICKUP', 'ON_LOAN', 'OVERDUE', 'RECALLED', 'RETURNED', 'RETURN_SHIPPED', 'LOST',
            'DELIVERED', 'COMPLETED') THEN 'filled'
        WHEN c.at IS NOT NULL THEN 'filled'
        WHEN r.state = 'EXPIRED' THEN 'unfilled'
        ELSE 'open'
    END,
    coalesce(r.draft ->> 'service', ''), coalesce(r.draft ->> 'kind', ''), coalesce(r.draft ->> 'language', ''),
    coalesce(nullif(r.platform ->> '$.supplier.name', ''), r.platform ->> '$.supplier.symbol', ''), coalesce(c.at, 0), r.updated_at,
    coalesce(r.platform ->> 'cost', 0), coalesce(r.platform ->> 'costToPatron', 0)
FROM (
    -- a row that does not read is the reader's trouble, not the migration's
    SELECT id, n, state, updated_at, iif(json_valid(draft), draft, '{}') AS draft,
        iif(json_valid(platform), platform, '{}') AS platform
    FROM requests
) AS r
LEFT JOIN (
    SELECT request, min(at) AS at FROM events
    WHERE iif(json_valid(event), event ->> 'toState', '') IN ('AWAITING_PICKUP', 'DELIVERED')
    GROUP BY request
) AS c ON c.request = r.id;
-- the live ones are few however long the history is
CREATE INDEX history_live ON history (state) WHERE over = 0;
CREATE INDEX history_over ON history (n) WHERE over = 1;
CREATE INDEX history_unfiled ON history (n) WHERE filed = 0;
CREATE TRIGGER requests_leave_history AFTER DELETE ON requests BEGIN
    DELETE FROM history WHERE n = old.n;
END;

-- under which words a request is found; which words a text has is for model::lookup to say. The texts
-- themselves stand in requests
CREATE VIRTUAL TABLE history_words USING fts5 (words, tokenize = 'ascii', content = '', contentless_delete = 1, detail = none);
CREATE TRIGGER history_leaves_words AFTER DELETE ON history WHEN old.filed <> 0 BEGIN
    DELETE FROM history_words WHERE rowid = old.n;
END;

-- the platform's log anew, by the place of its request in the history; each event once, for ever. Ids of events
-- and requests are random, and an index by either is written in as many places as there are events: one by the
-- place, which tells when it was asked, is written in few
CREATE TABLE events_placed (
    n INTEGER NOT NULL REFERENCES requests (n) ON DELETE CASCADE,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    event TEXT NOT NULL
) STRICT;
INSERT INTO events_placed (n, id, at, event)
SELECT r.n, e.id, e.at, e.event FROM events AS e JOIN requests AS r ON r.id = e.request
WHERE r.n IS NOT NULL ORDER BY e.rowid;
DROP TABLE events;
ALTER TABLE events_placed RENAME TO events;
CREATE UNIQUE INDEX events_once ON events (n, id);

-- a request that the patron lets wait for a free place: '' is sent as soon as possible, 'waits' is not sent before
-- a place is free, 'given' has been given one
ALTER TABLE outbox ADD COLUMN place TEXT NOT NULL DEFAULT '' CHECK (place IN ('', 'waits', 'given'));

-- what a patron has begun to write beside a form and not sent yet: a message to the librarian, the reason of an
-- action. A form has its own table
CREATE TABLE jottings (
    -- the request or the form that it is about, or a screen
    about TEXT NOT NULL,
    -- which field
    field TEXT NOT NULL,
    -- as it stands in the field
    text TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (about, field)
) STRICT, WITHOUT ROWID;
-- with the request goes what was written about it
CREATE TRIGGER requests_leave_jottings AFTER DELETE ON requests BEGIN
    DELETE FROM jottings WHERE about = old.id;
END;

-- what a row of the outbox waits for, as a type: '' for a moment (not_before), 'network', 'platform' (which asked
-- to be left alone for so many seconds), 'patron' (for an answer, however long)
ALTER TABLE outbox ADD COLUMN waits TEXT NOT NULL DEFAULT '' CHECK (waits IN ('', 'network', 'platform', 'patron'));
ALTER TABLE outbox ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;
-- of a submission: it was written while there was no line
ALTER TABLE outbox ADD COLUMN offline INTEGER NOT NULL DEFAULT 0 CHECK (offline IN (0, 1));
UPDATE outbox SET
    waits = CASE
        WHEN not_before >= 253370764800000 THEN 'patron'
        WHEN NOT json_valid(problem) THEN ''
        WHEN json_extract(problem, '$.code') = 'BUSY' THEN 'platform'
        WHEN json_extract(problem, '$.retry.kind') = 'whenOnline' THEN 'network'
        ELSE '' END,
    asked = CASE WHEN json_valid(problem)
        THEN coalesce(CAST(json_extract(problem, '$.retry.seconds') AS INTEGER), 0) ELSE 0 END;
UPDATE outbox SET not_before = 0 WHERE waits = 'patron';
UPDATE outbox SET offline = 1 WHERE kind = 'submit' AND json_valid(CAST(payload AS TEXT))
    AND json_extract(CAST(payload AS TEXT), '$.client.offlineQueued');
-- a question about a request that is put to the patron, and whether the patron has said: send it
ALTER TABLE requests ADD COLUMN question TEXT NOT NULL DEFAULT ''
    CHECK (question IN ('', 'still-wanted', 'unconfirmed'));
ALTER TABLE requests ADD COLUMN answered INTEGER NOT NULL DEFAULT 0 CHECK (answered IN (0, 1));
UPDATE requests SET
    question = CASE json_extract(problem, '$.code')
        WHEN 'STILL_WANTED' THEN 'still-wanted' WHEN 'UNCONFIRMED' THEN 'unconfirmed' ELSE '' END,
    answered = json_extract(problem, '$.params.answered') IS NOT NULL
    WHERE json_valid(problem);

-- the mark of a request (model::mark), which goes wherever the request goes: 'HY-7K3M9QX'. A row of before gets its
-- mark when the file is opened; one whose id does not read has none
ALTER TABLE requests ADD COLUMN mark TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX requests_by_mark ON requests (mark) WHERE mark <> '';
-- who said what a line of the timeline says
ALTER TABLE local_events ADD COLUMN source TEXT NOT NULL DEFAULT 'program'
    CHECK (source IN ('platform', 'page', 'mail', 'patron', 'program'));
-- the request before it as JSON, so that the line can be taken back; empty where it cannot
ALTER TABLE local_events ADD COLUMN undo TEXT NOT NULL DEFAULT '';
-- what the program did is told by its states; a refusal of the platform stands beside the platform's own events;
-- everything else was noted by hand
UPDATE local_events SET source = CASE
    WHEN state IN ('QUEUED', 'SENDING', 'UNKNOWN', 'REJECTED') THEN 'program'
    WHEN EXISTS (SELECT 1 FROM requests AS r JOIN events AS e ON e.n = r.n WHERE r.id = local_events.request)
        THEN 'platform'
    ELSE 'patron' END;

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
