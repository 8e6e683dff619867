-- +goose Up
-- A letter's row is written with every attempt, the mail made of it once.
CREATE TABLE raw_letters (
    id  TEXT PRIMARY KEY,
    raw BLOB NOT NULL
) STRICT;
INSERT INTO raw_letters (id, raw) SELECT id, raw FROM letters WHERE raw IS NOT NULL;
ALTER TABLE letters DROP COLUMN raw;

-- +goose Down
ALTER TABLE letters ADD COLUMN raw BLOB;
UPDATE letters SET raw = raw_letters.raw FROM raw_letters WHERE raw_letters.id = letters.id;
DROP TABLE raw_letters;
