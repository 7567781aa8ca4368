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
