-- +goose Up
ALTER TABLE people ADD COLUMN journal TEXT NOT NULL DEFAULT '';
ALTER TABLE people ADD COLUMN journal_day INTEGER NOT NULL DEFAULT 0;
ALTER TABLE people ADD COLUMN journal_minute INTEGER NOT NULL DEFAULT 0;
ALTER TABLE people ADD COLUMN nudges INTEGER NOT NULL DEFAULT 0;
ALTER TABLE people ADD COLUMN ignored INTEGER NOT NULL DEFAULT 0;
ALTER TABLE people ADD COLUMN last_request TEXT NOT NULL DEFAULT 'null';
ALTER TABLE letters ADD COLUMN attach TEXT NOT NULL DEFAULT 'null';

-- A key for each journal, sealed with the program's own, which lies outside.
-- Without its row the entries are noise.
CREATE TABLE journal_keys (
    person TEXT PRIMARY KEY REFERENCES people (id),
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE entries (
    id      TEXT PRIMARY KEY,
    person  TEXT NOT NULL REFERENCES people (id),
    day     TEXT NOT NULL,
    created INTEGER NOT NULL,
    sealed  BLOB NOT NULL
) STRICT;
CREATE INDEX entries_person ON entries (person, day, created);

-- +goose Down
DROP TABLE entries;
DROP TABLE journal_keys;
ALTER TABLE letters DROP COLUMN attach;
ALTER TABLE people DROP COLUMN last_request;
ALTER TABLE people DROP COLUMN ignored;
ALTER TABLE people DROP COLUMN nudges;
ALTER TABLE people DROP COLUMN journal_minute;
ALTER TABLE people DROP COLUMN journal_day;
ALTER TABLE people DROP COLUMN journal;
