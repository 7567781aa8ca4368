-- Requests joined with related data; dropped and created at every start, because columns may have been added.
DROP VIEW IF EXISTS whole_requests;
CREATE VIEW whole_requests AS
SELECT r.*,
    (SELECT count(*) FROM messages m WHERE m.request = r.id AND m.author = 'library' AND m.read_ms IS NULL)
        AS unread,
    (SELECT max(m.at_ms) FROM messages m WHERE m.request = r.id) AS last_message_ms,
    (SELECT json_group_array(json_object('id', d.id, 'name', d.name, 'mediaType', d.media_type,
            'size', length(d.content), 'sha256', d.sha256, 'viewsRemaining', max(d.views, 0),
            'expiresAt', d.expires_ms))
        FROM documents d WHERE d.request = r.id) AS documents
FROM requests r;
