-- +goose Up
-- A mail's row is written when it is kept, decided and filed; its bytes once.
CREATE TABLE raw_mails (
    id  BIGINT PRIMARY KEY,
    raw BYTEA NOT NULL
);
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

-- Sealed bytes do not get smaller.
ALTER TABLE raw_mails ALTER COLUMN raw SET STORAGE EXTERNAL;
ALTER TABLE letters ALTER COLUMN raw SET STORAGE EXTERNAL;

-- Room on each page for the next version of a row, which then needs no new
-- entry in any index.
ALTER TABLE people SET (fillfactor = 80);
ALTER TABLE pairs SET (fillfactor = 70);
ALTER TABLE sessions SET (fillfactor = 70);
ALTER TABLE timers SET (fillfactor = 80);
ALTER TABLE letters SET (fillfactor = 60);

-- No query is planned by what stands in these.
ALTER TABLE letters ALTER COLUMN name SET STATISTICS 0, ALTER COLUMN in_reply_to SET STATISTICS 0,
    ALTER COLUMN refs SET STATISTICS 0, ALTER COLUMN offered SET STATISTICS 0, ALTER COLUMN choices SET STATISTICS 0,
    ALTER COLUMN attach SET STATISTICS 0, ALTER COLUMN event SET STATISTICS 0, ALTER COLUMN facts SET STATISTICS 0,
    ALTER COLUMN parts SET STATISTICS 0, ALTER COLUMN reason SET STATISTICS 0, ALTER COLUMN raw SET STATISTICS 0;
ALTER TABLE timers ALTER COLUMN seed SET STATISTICS 0, ALTER COLUMN pair SET STATISTICS 0,
    ALTER COLUMN session SET STATISTICS 0, ALTER COLUMN reason SET STATISTICS 0;
ALTER TABLE sessions ALTER COLUMN answers SET STATISTICS 0, ALTER COLUMN bids SET STATISTICS 0,
    ALTER COLUMN agenda SET STATISTICS 0, ALTER COLUMN took_place SET STATISTICS 0;
ALTER TABLE people ALTER COLUMN aliases SET STATISTICS 0, ALTER COLUMN last_request SET STATISTICS 0,
    ALTER COLUMN unsolicited SET STATISTICS 0;

-- +goose Down
DROP INDEX letters_open;
CREATE INDEX letters_address ON letters (address, seq) WHERE settled = 0;
CREATE INDEX letters_waiting ON letters (person, session_uid) WHERE settled = 0;
DROP INDEX timers_joining;
CREATE INDEX timers_person ON timers (person, due) WHERE done = 0;
DROP INDEX inbound_person;
ALTER TABLE inbound ADD COLUMN raw BYTEA NOT NULL DEFAULT '';
UPDATE inbound SET raw = raw_mails.raw FROM raw_mails WHERE raw_mails.id = inbound.id;
DROP TABLE raw_mails;
ALTER TABLE people RESET (fillfactor);
ALTER TABLE pairs RESET (fillfactor);
ALTER TABLE sessions RESET (fillfactor);
ALTER TABLE timers RESET (fillfactor);
ALTER TABLE letters RESET (fillfactor);
