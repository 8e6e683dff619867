-- +goose Up
-- What a person's UNDO takes back is written with nearly every mail of theirs,
-- the person's own row with few.
CREATE TABLE last_requests (
    person  TEXT PRIMARY KEY,
    request TEXT NOT NULL
);
INSERT INTO last_requests (person, request) SELECT id, last_request FROM people WHERE last_request <> 'null';
ALTER TABLE people DROP COLUMN last_request;
-- Room for the next version of a row on its page; no query is planned by what
-- stands in it.
ALTER TABLE last_requests SET (fillfactor = 50);
ALTER TABLE last_requests ALTER COLUMN request SET STATISTICS 0;

-- +goose Down
ALTER TABLE people ADD COLUMN last_request TEXT NOT NULL DEFAULT 'null';
UPDATE people SET last_request = (SELECT request FROM last_requests WHERE person = people.id)
    WHERE id IN (SELECT person FROM last_requests);
DROP TABLE last_requests;
