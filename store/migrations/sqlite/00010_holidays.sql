-- +goose Up
-- When people are away, as JSON, and whose public holidays are kept free. The
-- date of an out-of-office reply becomes an absence that has begun: such a reply
-- could name a date at most half a year ahead.
ALTER TABLE people ADD COLUMN absences TEXT NOT NULL DEFAULT 'null';
ALTER TABLE people ADD COLUMN holidays TEXT NOT NULL DEFAULT '';
UPDATE people SET absences = '[{"start":"' || strftime('%Y-%m-%dT%H:%M:%SZ', away_until / 1000000, 'unixepoch', '-184 days')
    || '","end":"' || strftime('%Y-%m-%dT%H:%M:%SZ', away_until / 1000000, 'unixepoch') || '"}]'
    WHERE away_until > 0;
ALTER TABLE people DROP COLUMN away_until;

-- +goose Down
ALTER TABLE people ADD COLUMN away_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE people DROP COLUMN holidays;
ALTER TABLE people DROP COLUMN absences;
