-- +goose Up
CREATE TABLE people (
    id            TEXT PRIMARY KEY,
    name          TEXT NOT NULL,
    email         TEXT NOT NULL,
    aliases       TEXT NOT NULL,
    zone          TEXT NOT NULL,
    zone_known    BOOLEAN NOT NULL,
    locale        TEXT NOT NULL,
    hours_from    BIGINT NOT NULL,
    hours_to      BIGINT NOT NULL,
    quiet_from    BIGINT NOT NULL,
    quiet_to      BIGINT NOT NULL,
    status        TEXT NOT NULL,
    paused_until  BIGINT NOT NULL,
    away_until    BIGINT NOT NULL,
    undeliverable BOOLEAN NOT NULL,
    version       BIGINT NOT NULL
);

-- Every address, own or alias, belongs to one person.
CREATE TABLE addresses (
    address TEXT PRIMARY KEY,
    person  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE
);
CREATE INDEX addresses_person ON addresses (person);

CREATE TABLE pairs (
    id         TEXT PRIMARY KEY,
    mentor     TEXT NOT NULL REFERENCES people (id),
    mentee     TEXT NOT NULL REFERENCES people (id),
    length     BIGINT NOT NULL,
    cadence    TEXT NOT NULL,
    link       TEXT NOT NULL,
    start_date TEXT NOT NULL,
    end_date   TEXT NOT NULL,
    status     TEXT NOT NULL,
    version    BIGINT NOT NULL
);
CREATE UNIQUE INDEX pairs_live ON pairs (mentor, mentee) WHERE status <> 'ended';
CREATE INDEX pairs_mentor ON pairs (mentor);
CREATE INDEX pairs_mentee ON pairs (mentee);

CREATE TABLE sessions (
    id       TEXT PRIMARY KEY,
    pair     TEXT NOT NULL REFERENCES pairs (id),
    uid      TEXT NOT NULL UNIQUE,
    status   TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    start_at BIGINT NOT NULL,
    end_at   BIGINT NOT NULL,
    zone     TEXT NOT NULL,
    answers  TEXT NOT NULL,
    bids     TEXT NOT NULL,
    waiting  TEXT NOT NULL,
    round    BIGINT NOT NULL,
    created  BIGINT NOT NULL,
    version  BIGINT NOT NULL
);
CREATE INDEX sessions_pair ON sessions (pair, created);

-- The notice ledger.
CREATE TABLE changes (
    id            TEXT PRIMARY KEY,
    session       TEXT NOT NULL REFERENCES sessions (id),
    pair          TEXT NOT NULL REFERENCES pairs (id),
    person        TEXT NOT NULL REFERENCES people (id),
    kind          TEXT NOT NULL,
    received_at   BIGINT NOT NULL,
    session_start BIGINT NOT NULL,
    notice        BIGINT NOT NULL,
    late          BOOLEAN NOT NULL,
    outcome       TEXT NOT NULL,
    waived        BOOLEAN NOT NULL,
    emergency     BOOLEAN NOT NULL,
    slots         TEXT NOT NULL,
    counter       BOOLEAN NOT NULL,
    version       BIGINT NOT NULL
);
CREATE INDEX changes_session ON changes (session);
CREATE INDEX changes_person ON changes (person, received_at);

-- Raw mail as it came, kept before anything is decided. An empty result is
-- undecided, a filed of 0 not yet moved to its mailbox.
CREATE TABLE inbound (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    seed         TEXT NOT NULL,
    mailbox      TEXT NOT NULL,
    uid_validity BIGINT NOT NULL,
    uid          BIGINT NOT NULL,
    received     BIGINT NOT NULL,
    hash         TEXT NOT NULL,
    raw          BYTEA NOT NULL,
    kept         BIGINT NOT NULL,
    duplicate_of BIGINT NOT NULL,
    term         BIGINT NOT NULL DEFAULT 0,
    lease_until  BIGINT NOT NULL DEFAULT 0,
    result       TEXT NOT NULL DEFAULT '',
    reason       TEXT NOT NULL DEFAULT '',
    person       TEXT NOT NULL DEFAULT '',
    session      TEXT NOT NULL DEFAULT '',
    quarantine   BOOLEAN NOT NULL DEFAULT FALSE,
    decided      BIGINT NOT NULL DEFAULT 0,
    filed        BIGINT NOT NULL DEFAULT 0,
    UNIQUE (mailbox, uid_validity, uid)
);
CREATE UNIQUE INDEX inbound_hash ON inbound (hash) WHERE duplicate_of = 0;
CREATE INDEX inbound_undecided ON inbound (received, id) WHERE decided = 0;
CREATE INDEX inbound_unfiled ON inbound (mailbox, uid_validity, id) WHERE filed = 0;

-- A done of 0 has not fired yet. Fired timers stay, so that their key cannot
-- be set a second time.
CREATE TABLE timers (
    key         TEXT PRIMARY KEY,
    seed        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    due         BIGINT NOT NULL,
    person      TEXT NOT NULL,
    pair        TEXT NOT NULL,
    session     TEXT NOT NULL,
    sequence    BIGINT NOT NULL,
    round       BIGINT NOT NULL,
    repeat      BIGINT NOT NULL,
    term        BIGINT NOT NULL DEFAULT 0,
    lease_until BIGINT NOT NULL DEFAULT 0,
    result      TEXT NOT NULL DEFAULT '',
    reason      TEXT NOT NULL DEFAULT '',
    done        BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX timers_due ON timers (due, key) WHERE done = 0;

-- The outbox. A settled of 0 is neither sent nor given up.
CREATE TABLE letters (
    seq         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    message_id  TEXT NOT NULL UNIQUE,
    kind        TEXT NOT NULL,
    person      TEXT NOT NULL,
    address     TEXT NOT NULL,
    name        TEXT NOT NULL,
    about_kind  TEXT NOT NULL,
    about_id    TEXT NOT NULL,
    session_uid TEXT NOT NULL,
    in_reply_to TEXT NOT NULL,
    refs        TEXT NOT NULL,
    purpose     TEXT NOT NULL,
    offered     TEXT NOT NULL,
    choices     TEXT NOT NULL,
    held_from   BIGINT NOT NULL,
    event       TEXT NOT NULL,
    facts       TEXT NOT NULL,
    not_before  BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    state       TEXT NOT NULL,
    due         BIGINT NOT NULL,
    attempts    BIGINT NOT NULL DEFAULT 0,
    reason      TEXT NOT NULL DEFAULT '',
    raw         BYTEA,
    term        BIGINT NOT NULL DEFAULT 0,
    lease_until BIGINT NOT NULL DEFAULT 0,
    settled     BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX letters_due ON letters (due, seq) WHERE settled = 0;
CREATE INDEX letters_address ON letters (address, seq) WHERE settled = 0;
CREATE INDEX letters_thread ON letters (person, about_kind, about_id, seq);

-- +goose Down
DROP TABLE letters;
DROP TABLE timers;
DROP TABLE inbound;
DROP TABLE changes;
DROP TABLE sessions;
DROP TABLE pairs;
DROP TABLE addresses;
DROP TABLE people;
