-- The world that the server remembers: packs and how they move. Instants are milliseconds since 1970-01-01T00:00:00Z, of
-- the store's clock. This is version 1, as it was: what store/upgrade_to_2.sql begins with.

-- One row: what holds for the whole file.
CREATE TABLE world (
    world           INTEGER PRIMARY KEY CHECK (world = 1),
    seed            INTEGER NOT NULL,   -- ids, UUIDs and the key of NextTokens are made from it
    clock_frozen_at INTEGER,            -- the instant the clock stands at; NULL: it runs
    clock_offset    INTEGER NOT NULL DEFAULT 0 -- what a running clock is ahead of the machine's
);

-- A row once the first world was loaded whole: until then a start begins with the fixtures.
CREATE TABLE loaded (
    at INTEGER NOT NULL                 -- the machine's time
);

-- A conformance pack: what stays the same between its transitions.
CREATE TABLE pack (
    pack                   INTEGER PRIMARY KEY,
    account                TEXT NOT NULL,
    region                 TEXT NOT NULL,
    name                   TEXT NOT NULL, -- ConformancePackName
    id                     TEXT NOT NULL, -- ConformancePackId
    created_at             INTEGER NOT NULL, -- the time inside the stack's UUID
    arn                    TEXT,          -- NULL: made from account, region, name and id
    stack_arn              TEXT,          -- NULL: made likewise; '': the pack has no stack
    created_by             TEXT,
    delivery_s3_bucket     TEXT,
    delivery_s3_key_prefix TEXT,
    ssm_document_name      TEXT,          -- TemplateSSMDocumentDetails
    ssm_document_version   TEXT,
    UNIQUE (account, region, name)
);

-- ConformancePackInputParameters, in the order given.
CREATE TABLE input_parameter (
    pack     INTEGER NOT NULL REFERENCES pack ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name     TEXT NOT NULL,
    value    TEXT NOT NULL,
    PRIMARY KEY (pack, position)
) WITHOUT ROWID;

-- What a pack looks like from `due_at` on. Its state is its last row that is due; where the clock was set back
-- before the first, that one.
CREATE TABLE transition (
    pack         INTEGER NOT NULL REFERENCES pack ON DELETE CASCADE,
    step         INTEGER NOT NULL,
    state        INTEGER NOT NULL,      -- enum pack_state
    trigger      INTEGER NOT NULL,      -- enum trigger: what brings the pack here from the step before
    after        INTEGER NOT NULL,      -- by time: milliseconds; by polls: how many are still to come
    due_at       INTEGER,               -- NULL: not known yet, as a poll, a hand or a step before must come first
    requested_at INTEGER,               -- LastUpdateRequestedTime; NULL while due_at is
    completed_at INTEGER,               -- LastUpdateCompletedTime; NULL: there was no success
    reason       TEXT,                  -- ConformancePackStatusReason; NULL: none
    PRIMARY KEY (pack, step)
) WITHOUT ROWID;

-- Packs that are gone, or will be: so that the others can be counted without looking at each.
CREATE INDEX gone ON transition (due_at) WHERE state = 5;

-- Credentials that name an account (and, with --verify-signatures, must match).
CREATE TABLE credential (
    access_key_id TEXT PRIMARY KEY,
    secret        TEXT NOT NULL,
    session_token TEXT,                 -- NULL: none is asked for
    account       TEXT NOT NULL
) WITHOUT ROWID;

INSERT INTO world (world, seed) VALUES (1, 0);
