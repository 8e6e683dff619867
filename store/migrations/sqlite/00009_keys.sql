-- +goose Up
-- Which keys of the program's have sealed something here, the highest number
-- the present one. Only a fingerprint of each; a sealed of 0 means that not
-- everything older has been sealed again with it yet.
CREATE TABLE keys (
    number      INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    since       INTEGER NOT NULL,
    sealed      INTEGER NOT NULL
) STRICT;

-- The key that a session's addresses are sealed with for its whole life; 0 is
-- the present one.
ALTER TABLE sessions ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;
CREATE INDEX sessions_seal ON sessions (seal) WHERE seal > 0;

-- Sign-ins by OAuth2: refresh and access token, sealed.
CREATE TABLE tokens (
    name        TEXT PRIMARY KEY,
    sealed      BLOB NOT NULL,
    version     INTEGER NOT NULL,
    lease_until INTEGER NOT NULL
) STRICT;

-- +goose Down
DROP TABLE tokens;
DROP INDEX sessions_seal;
ALTER TABLE sessions DROP COLUMN seal;
DROP TABLE keys;
