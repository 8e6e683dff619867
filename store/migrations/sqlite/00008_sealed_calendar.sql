-- +goose Up
-- A calendar that a person gave has an identifier of its own, so that its
-- address, which may hold a password, stands nowhere but here and sealed. An
-- address from before this is sealed when it is next read. A dropped of 0 is the
-- person's present one; told is what they have heard about it.
CREATE TABLE given_calendars (
    id       TEXT PRIMARY KEY,
    person   TEXT NOT NULL REFERENCES people (id),
    sealed   BLOB NOT NULL,
    host     TEXT NOT NULL,
    due      INTEGER NOT NULL,
    fetched  INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    trouble  TEXT NOT NULL,
    told     TEXT NOT NULL,
    dropped  INTEGER NOT NULL
) STRICT;
CREATE INDEX given_calendars_due ON given_calendars (due) WHERE dropped = 0;
CREATE INDEX given_calendars_person ON given_calendars (person);
INSERT INTO given_calendars (id, person, sealed, host, due, fetched, failures, trouble, told, dropped)
    SELECT id, id, CAST(calendar AS BLOB), '', 0, 0, 0, '', 'answered', 0 FROM people WHERE calendar <> '';
UPDATE people SET calendar = id WHERE calendar <> '';
UPDATE people SET last_request = 'null' WHERE last_request LIKE '%"calendar":"%';
DROP TABLE busy;
DROP TABLE calendars;
CREATE TABLE busy (
    calendar TEXT NOT NULL REFERENCES given_calendars (id),
    start_at INTEGER NOT NULL,
    end_at   INTEGER NOT NULL,
    PRIMARY KEY (calendar, start_at)
) STRICT;

-- +goose Down
DROP TABLE busy;
DROP TABLE given_calendars;
UPDATE people SET calendar = '', last_request = 'null';
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
