-- +goose Up
-- A letter's row is written with every attempt, the mail made of it once.
CREATE TABLE raw_letters (
    id  TEXT PRIMARY KEY,
    raw BYTEA NOT NULL
);
INSERT INTO raw_letters (id, raw) SELECT id, raw FROM letters WHERE raw IS NOT NULL;
ALTER TABLE letters DROP COLUMN raw;
ALTER TABLE raw_letters ALTER COLUMN raw SET STORAGE EXTERNAL; -- sealed bytes do not get smaller

-- +goose Down
ALTER TABLE letters ADD COLUMN raw BYTEA;
UPDATE letters SET raw = raw_letters.raw FROM raw_letters WHERE raw_letters.id = letters.id;
DROP TABLE raw_letters;
