-- +goose Up
-- A mail's row is written when it is kept, decided and filed; its bytes once.
CREATE TABLE raw_mails (
    id  INTEGER PRIMARY KEY,
    raw BLOB NOT NULL
) STRICT;
INSERT INTO raw_mails (id, raw) SELECT id, raw FROM inbound WHERE LENGTH(raw) > 0;
ALTER TABLE inbound DROP COLUMN raw;
-- Who was heard of since, and what a person has written.
CREATE INDEX inbound_person ON inbound (person, received) WHERE person <> '';

-- Of the timers of a person, only some are ever looked for by person.
DROP INDEX timers_person;
CREATE INDEX timers_joining ON timers (person, due) WHERE done = 0 AND kind IN ('agenda-request', 'free-until', 'agenda');
-- What waits for a reader: for the order of their letters, and to let it go.
DROP INDEX letters_waiting;
DROP INDEX letters_address;
CREATE INDEX letters_open ON letters (person, address, seq) WHERE settled = 0;

-- +goose Down
DROP INDEX letters_open;
CREATE INDEX letters_address ON letters (address, seq) WHERE settled = 0;
CREATE INDEX letters_waiting ON letters (person, session_uid) WHERE settled = 0;
DROP INDEX timers_joining;
CREATE INDEX timers_person ON timers (person, due) WHERE done = 0;
DROP INDEX inbound_person;
ALTER TABLE inbound ADD COLUMN raw BLOB NOT NULL DEFAULT x'';
UPDATE inbound SET raw = raw_mails.raw FROM raw_mails WHERE raw_mails.id = inbound.id;
DROP TABLE raw_mails;
