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
