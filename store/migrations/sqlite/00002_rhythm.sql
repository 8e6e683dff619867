-- +goose Up
-- What the program asks around sessions and every week. Day and minute 0 of a
-- weekly mail stand for the program's own.
ALTER TABLE people ADD COLUMN check_in_day INTEGER NOT NULL DEFAULT 0;
ALTER TABLE people ADD COLUMN check_in_minute INTEGER NOT NULL DEFAULT 0;

ALTER TABLE pairs ADD COLUMN charter TEXT NOT NULL DEFAULT '{}';
ALTER TABLE pairs ADD COLUMN next_action INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pairs ADD COLUMN first_held INTEGER NOT NULL DEFAULT 0;

ALTER TABLE sessions ADD COLUMN agenda TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN agenda_state TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN took_place TEXT NOT NULL DEFAULT 'null';

CREATE TABLE actions (
    id      TEXT PRIMARY KEY,
    pair    TEXT NOT NULL REFERENCES pairs (id),
    session TEXT NOT NULL REFERENCES sessions (id),
    number  INTEGER NOT NULL,
    text    TEXT NOT NULL,
    status  TEXT NOT NULL,
    created INTEGER NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (pair, number)
) STRICT;
CREATE INDEX actions_open ON actions (pair, number) WHERE status = 'open';

-- Answers that are kept for those whom their question named. The session is
-- empty where a note is about none.
CREATE TABLE notes (
    id      TEXT PRIMARY KEY,
    kind    TEXT NOT NULL,
    person  TEXT NOT NULL REFERENCES people (id),
    pair    TEXT NOT NULL REFERENCES pairs (id),
    session TEXT NOT NULL,
    text    TEXT NOT NULL,
    score   INTEGER NOT NULL,
    shared  INTEGER NOT NULL,
    created INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX notes_person ON notes (person, pair, created);
CREATE INDEX notes_kind ON notes (kind);

CREATE TABLE suggestions (
    id       TEXT PRIMARY KEY,
    person   TEXT NOT NULL REFERENCES people (id),
    url      TEXT NOT NULL,
    approved INTEGER NOT NULL,
    created  INTEGER NOT NULL,
    version  INTEGER NOT NULL
) STRICT;
CREATE INDEX suggestions_approved ON suggestions (created) WHERE approved;

-- +goose Down
DROP TABLE suggestions;
DROP TABLE notes;
DROP TABLE actions;
ALTER TABLE sessions DROP COLUMN took_place;
ALTER TABLE sessions DROP COLUMN agenda_state;
ALTER TABLE sessions DROP COLUMN agenda;
ALTER TABLE pairs DROP COLUMN first_held;
ALTER TABLE pairs DROP COLUMN next_action;
ALTER TABLE pairs DROP COLUMN charter;
ALTER TABLE people DROP COLUMN check_in_minute;
ALTER TABLE people DROP COLUMN check_in_day;
