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
