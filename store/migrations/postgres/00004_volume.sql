-- +goose Up
-- When the latest mails went that a person had not asked for.
ALTER TABLE people ADD COLUMN unsolicited TEXT NOT NULL DEFAULT 'null';
-- What a mail that joins several says.
ALTER TABLE letters ADD COLUMN parts TEXT NOT NULL DEFAULT 'null';
CREATE INDEX timers_person ON timers (person, due) WHERE done = 0;
CREATE INDEX letters_waiting ON letters (person, session_uid) WHERE settled = 0;

-- +goose Down
DROP INDEX letters_waiting;
DROP INDEX timers_person;
ALTER TABLE letters DROP COLUMN parts;
ALTER TABLE people DROP COLUMN unsolicited;
