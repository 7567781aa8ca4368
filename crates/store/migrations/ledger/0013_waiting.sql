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
