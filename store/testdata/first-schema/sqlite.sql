-- A database of the first schema, with one row of each kind. Never change this
-- file: upgrades are tested from it.
-- +goose Up
CREATE TABLE people (
    id            TEXT PRIMARY KEY,
    name          TEXT NOT NULL,
    email         TEXT NOT NULL,
    aliases       TEXT NOT NULL,
    zone          TEXT NOT NULL,
    zone_known    INTEGER NOT NULL,
    locale        TEXT NOT NULL,
    hours_from    INTEGER NOT NULL,
    hours_to      INTEGER NOT NULL,
    quiet_from    INTEGER NOT NULL,
    quiet_to      INTEGER NOT NULL,
    status        TEXT NOT NULL,
    paused_until  INTEGER NOT NULL,
    away_until    INTEGER NOT NULL,
    undeliverable INTEGER NOT NULL,
    version       INTEGER NOT NULL
) STRICT;

-- Every address, own or alias, belongs to one person.
CREATE TABLE addresses (
    address TEXT PRIMARY KEY,
    person  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX addresses_person ON addresses (person);

CREATE TABLE pairs (
    id         TEXT PRIMARY KEY,
    mentor     TEXT NOT NULL REFERENCES people (id),
    mentee     TEXT NOT NULL REFERENCES people (id),
    length     INTEGER NOT NULL,
    cadence    TEXT NOT NULL,
    link       TEXT NOT NULL,
    start_date TEXT NOT NULL,
    end_date   TEXT NOT NULL,
    status     TEXT NOT NULL,
    version    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX pairs_live ON pairs (mentor, mentee) WHERE status <> 'ended';
CREATE INDEX pairs_mentor ON pairs (mentor);
CREATE INDEX pairs_mentee ON pairs (mentee);

CREATE TABLE sessions (
    id       TEXT PRIMARY KEY,
    pair     TEXT NOT NULL REFERENCES pairs (id),
    uid      TEXT NOT NULL UNIQUE,
    status   TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    start_at INTEGER NOT NULL,
    end_at   INTEGER NOT NULL,
    zone     TEXT NOT NULL,
    answers  TEXT NOT NULL,
    bids     TEXT NOT NULL,
    waiting  TEXT NOT NULL,
    round    INTEGER NOT NULL,
    created  INTEGER NOT NULL,
    version  INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_pair ON sessions (pair, created);

-- The notice ledger.
CREATE TABLE changes (
    id            TEXT PRIMARY KEY,
    session       TEXT NOT NULL REFERENCES sessions (id),
    pair          TEXT NOT NULL REFERENCES pairs (id),
    person        TEXT NOT NULL REFERENCES people (id),
    kind          TEXT NOT NULL,
    received_at   INTEGER NOT NULL,
    session_start INTEGER NOT NULL,
    notice        INTEGER NOT NULL,
    late          INTEGER NOT NULL,
    outcome       TEXT NOT NULL,
    waived        INTEGER NOT NULL,
    emergency     INTEGER NOT NULL,
    slots         TEXT NOT NULL,
    counter       INTEGER NOT NULL,
    version       INTEGER NOT NULL
) STRICT;
CREATE INDEX changes_session ON changes (session);
CREATE INDEX changes_person ON changes (person, received_at);

-- Raw mail as it came, kept before anything is decided. An empty result is
-- undecided, a filed of 0 not yet moved to its mailbox.
CREATE TABLE inbound (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    seed         TEXT NOT NULL,
    mailbox      TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    uid          INTEGER NOT NULL,
    received     INTEGER NOT NULL,
    hash         TEXT NOT NULL,
    raw          BLOB NOT NULL,
    kept         INTEGER NOT NULL,
    duplicate_of INTEGER NOT NULL,
    term         INTEGER NOT NULL DEFAULT 0,
    lease_until  INTEGER NOT NULL DEFAULT 0,
    result       TEXT NOT NULL DEFAULT '',
    reason       TEXT NOT NULL DEFAULT '',
    person       TEXT NOT NULL DEFAULT '',
    session      TEXT NOT NULL DEFAULT '',
    quarantine   INTEGER NOT NULL DEFAULT 0,
    decided      INTEGER NOT NULL DEFAULT 0,
    filed        INTEGER NOT NULL DEFAULT 0,
    UNIQUE (mailbox, uid_validity, uid)
) STRICT;
CREATE UNIQUE INDEX inbound_hash ON inbound (hash) WHERE duplicate_of = 0;
CREATE INDEX inbound_undecided ON inbound (received, id) WHERE decided = 0;
CREATE INDEX inbound_unfiled ON inbound (mailbox, uid_validity, id) WHERE filed = 0;

-- A done of 0 has not fired yet. Fired timers stay, so that their key cannot
-- be set a second time.
CREATE TABLE timers (
    key         TEXT PRIMARY KEY,
    seed        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    due         INTEGER NOT NULL,
    person      TEXT NOT NULL,
    pair        TEXT NOT NULL,
    session     TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    round       INTEGER NOT NULL,
    repeat      INTEGER NOT NULL,
    term        INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER NOT NULL DEFAULT 0,
    result      TEXT NOT NULL DEFAULT '',
    reason      TEXT NOT NULL DEFAULT '',
    done        INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX timers_due ON timers (due, key) WHERE done = 0;

-- The outbox. A settled of 0 is neither sent nor given up.
CREATE TABLE letters (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
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
    held_from   INTEGER NOT NULL,
    event       TEXT NOT NULL,
    facts       TEXT NOT NULL,
    not_before  INTEGER NOT NULL,
    created     INTEGER NOT NULL,
    state       TEXT NOT NULL,
    due         INTEGER NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    reason      TEXT NOT NULL DEFAULT '',
    raw         BLOB,
    term        INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER NOT NULL DEFAULT 0,
    settled     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX letters_due ON letters (due, seq) WHERE settled = 0;
CREATE INDEX letters_address ON letters (address, seq) WHERE settled = 0;
CREATE INDEX letters_thread ON letters (person, about_kind, about_id, seq);

CREATE TABLE goose_db_version (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    version_id BIGINT NOT NULL,
    is_applied BOOLEAN NOT NULL,
    tstamp     TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, TRUE), (1, TRUE);
INSERT INTO people (id, name, email, aliases, zone, zone_known, locale, hours_from, hours_to, quiet_from, quiet_to, status, paused_until, away_until, undeliverable, version) VALUES ('nufz5j3ca6kf', 'Ada', 'frozen-ada@example.org', 'null', 'Europe/Berlin', 1, 'de', 540, 1020, 1200, 480, 'active', 0, 0, 0, 1);
INSERT INTO people (id, name, email, aliases, zone, zone_known, locale, hours_from, hours_to, quiet_from, quiet_to, status, paused_until, away_until, undeliverable, version) VALUES ('yucmh3g4te3m', 'Tomás', 'frozen-tomas@example.org', '["frozen-tom@example.net"]', 'America/Sao_Paulo', 0, 'pt-BR', 600, 1080, 1200, 480, 'paused', 1801137600000000, 1801051200000000, 1, 1);
INSERT INTO addresses (address, person) VALUES ('frozen-ada@example.org', 'nufz5j3ca6kf');
INSERT INTO addresses (address, person) VALUES ('frozen-tom@example.net', 'yucmh3g4te3m');
INSERT INTO addresses (address, person) VALUES ('frozen-tomas@example.org', 'yucmh3g4te3m');
INSERT INTO pairs (id, mentor, mentee, length, cadence, link, start_date, end_date, status, version) VALUES ('se6467bueyxr', 'nufz5j3ca6kf', 'yucmh3g4te3m', 2700000000, 'weekly', 'https://meet.example.org/frozen', '2027-01-01', '2027-06-30', 'active', 1);
INSERT INTO sessions (id, pair, uid, status, sequence, start_at, end_at, zone, answers, bids, waiting, round, created, version) VALUES ('qjwnffiedgma', 'se6467bueyxr', 'frozen@example.org', 'confirmed', 2, 1800964800000000, 1800967500000000, 'Europe/Berlin', '{"nufz5j3ca6kf":{"partstat":"ACCEPTED","sequence":2,"stamp":"2027-01-25T12:00:00Z"}}', '[{"by":"yucmh3g4te3m","slots":[{"label":"A","start":"2027-01-25T12:00:00Z","end":"2027-01-25T13:00:00Z"}],"at":"2027-01-25T12:00:00Z","zone":"UTC"}]', 'yucmh3g4te3m', 3, 1800878400000000, 1);
INSERT INTO changes (id, session, pair, person, kind, received_at, session_start, notice, late, outcome, waived, emergency, slots, counter, version) VALUES ('frozenchange', 'qjwnffiedgma', 'se6467bueyxr', 'nufz5j3ca6kf', 'move', 1800878400000000, 1800964800000000, 86400000000, 1, 'pending', 0, 1, '[{"label":"A","start":"2027-01-25T12:00:00Z","end":"2027-01-25T12:00:00Z"}]', 1, 1);
INSERT INTO inbound (id, seed, mailbox, uid_validity, uid, received, hash, raw, kept, duplicate_of, term, lease_until, result, reason, person, session, quarantine, decided, filed) VALUES (1, '6c73f70fcd3d9161699798c0647b8632', 'INBOX', 7, 1, 1800878401000000, '6efa03c096d5a063be1f950d2c4d9a21cefd1b7d064527f1e2abac0fd7e286af', x'5375626a6563743a2066726f7a656e0d0a0d0a00ff', 1800878400000000, 0, 0, 0, '', '', '', '', 0, 0, 0);
INSERT INTO timers (key, seed, kind, due, person, pair, session, sequence, round, repeat, term, lease_until, result, reason, done) VALUES ('reminder:frozen', '02eb7fe4e988042c82c3865bc057499d', 'reminder', 1800878400000000, 'nufz5j3ca6kf', 'se6467bueyxr', 'qjwnffiedgma', 2, 3, 1, 0, 0, '', '', 0);
INSERT INTO letters (seq, id, message_id, kind, person, address, name, about_kind, about_id, session_uid, in_reply_to, refs, purpose, offered, choices, held_from, event, facts, not_before, created, state, due, attempts, reason, raw, term, lease_until, settled) VALUES (1, '45y4bp7sr352', '45y4bp7sr352@example.org', 'offer', 'nufz5j3ca6kf', 'frozen-ada@example.org', 'Ada', 'q', 'se6467bueyxr', '', '', 'null', 'offer', '[{"label":"A","start":"2027-01-25T12:00:00Z","end":"2027-01-25T13:00:00Z"}]', 'null', 0, 'null', '{"program":"","name":"Ada","role":"","zone":"Europe/Berlin","locale":""}', 0, 1800878400000000, 'queued', 1800878400000000, 0, '', NULL, 0, 0, 0);
