-- +goose Up
-- A calendar that a person gave has an identifier of its own, so that its
-- address, which may hold a password, stands nowhere but here and sealed. An
-- address from before this is sealed when it is next read. A dropped of 0 is the
-- person's present one; told is what they have heard about it.
CREATE TABLE given_calendars (
    id       TEXT PRIMARY KEY,
    person   TEXT NOT NULL REFERENCES people (id),
    sealed   BYTEA NOT NULL,
    host     TEXT NOT NULL,
    due      BIGINT NOT NULL,
    fetched  BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    trouble  TEXT NOT NULL,
    told     TEXT NOT NULL,
    dropped  BIGINT NOT NULL
);
CREATE INDEX given_calendars_due ON given_calendars (due) WHERE dropped = 0;
CREATE INDEX given_calendars_person ON given_calendars (person);
INSERT INTO given_calendars (id, person, sealed, host, due, fetched, failures, trouble, told, dropped)
    SELECT id, id, convert_to(calendar, 'UTF8'), '', 0, 0, 0, '', 'answered', 0 FROM people WHERE calendar <> '';
UPDATE people SET calendar = id WHERE calendar <> '';
UPDATE people SET last_request = 'null' WHERE last_request LIKE '%"calendar":"%';
DROP TABLE busy;
DROP TABLE calendars;
CREATE TABLE busy (
    calendar TEXT NOT NULL REFERENCES given_calendars (id),
    start_at BIGINT NOT NULL,
    end_at   BIGINT NOT NULL,
    PRIMARY KEY (calendar, start_at)
);

-- +goose Down
DROP TABLE busy;
DROP TABLE given_calendars;
UPDATE people SET calendar = '', last_request = 'null';
CREATE TABLE calendars (
    person   TEXT PRIMARY KEY REFERENCES people (id),
    url      TEXT NOT NULL,
    due      BIGINT NOT NULL,
    fetched  BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    reason   TEXT NOT NULL
);
CREATE INDEX calendars_due ON calendars (due);
CREATE TABLE busy (
    person   TEXT NOT NULL REFERENCES people (id),
    start_at BIGINT NOT NULL,
    end_at   BIGINT NOT NULL,
    PRIMARY KEY (person, start_at)
);
