-- +goose Up
-- Whose mail it is, until that is decided: nobody decides about it while
-- another worker is at an earlier one of the same sender's.
ALTER TABLE inbound ADD COLUMN sender TEXT NOT NULL DEFAULT '';
CREATE INDEX inbound_sender ON inbound (sender, received) WHERE decided = 0 AND sender <> '';

-- +goose Down
DROP INDEX inbound_sender;
ALTER TABLE inbound DROP COLUMN sender;
