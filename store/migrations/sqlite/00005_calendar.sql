-- +goose Up
-- A calendar whose busy times are kept free: the address that its owner gave,
-- how it was fetched, and when they are busy. Rows whose address is no longer
-- the person's count for nothing.
ALTER TABLE people ADD COLUMN calendar TEXT NOT NULL DEFAULT '';
CREATE INDEX people_calendar ON people (id) WHERE calendar <> '';

CREATE TABLE calendars (
    person   TEXT PRIMARY KEY REFERENCES people (id),
    url      TEXT NOT NULL,
    due      INTEGER NOT NULL,
    fetched  INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    reason   TEXT NOT NULL
) STRICT;
CREATE INDEX calendars_due ON calendars (due);

CREATE TABLE busy (
    person   TEXT NOT NULL REFERENCES people (id),
    start_at INTEGER NOT NULL,
    end_at   INTEGER NOT NULL,
    PRIMARY KEY (person, start_at)
) STRICT;

-- +goose Down
DROP TABLE busy;
DROP TABLE calendars;
DROP INDEX people_calendar;
ALTER TABLE people DROP COLUMN calendar;
