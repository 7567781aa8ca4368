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
