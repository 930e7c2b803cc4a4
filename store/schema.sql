-- The world that the server remembers: packs and how they move. Instants are milliseconds since 1970-01-01T00:00:00Z, of
-- the store's clock. A new database is made from this file; one of an older version is brought here by upgrade_to_N.sql.

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

-- A conformance pack: what stays the same between its transitions, and the first step of its time line, where most packs
-- stand for good. Packs lie in the order in which pages show them, so that a page is one run through the table and a name
-- one search; their parts know them by number.
CREATE TABLE pack (
    pack                   INTEGER NOT NULL UNIQUE,
    account                TEXT NOT NULL,
    region                 TEXT NOT NULL,
    name                   TEXT NOT NULL, -- ConformancePackName
    moves                  INTEGER,       -- the pack's number; NULL: it has no steps in table transition
    first_step             INTEGER NOT NULL, -- its number; what follows is as in table transition
    state                  INTEGER NOT NULL,
    since                  INTEGER NOT NULL, -- its due_at
    requested_at           INTEGER NOT NULL,
    completed_at           INTEGER,
    reason                 TEXT,
    id                     TEXT NOT NULL, -- ConformancePackId
    created_at             INTEGER NOT NULL, -- the time inside the stack's UUID
    arn                    TEXT,          -- NULL: made from account, region, name and id
    stack_arn              TEXT,          -- NULL: made likewise; '': the pack has no stack
    created_by             TEXT,
    delivery_s3_bucket     TEXT,
    delivery_s3_key_prefix TEXT,
    ssm_document_name      TEXT,          -- TemplateSSMDocumentDetails
    ssm_document_version   TEXT,
    PRIMARY KEY (account, region, name)
) WITHOUT ROWID;

-- ConformancePackInputParameters, in the order given.
CREATE TABLE input_parameter (
    pack     INTEGER NOT NULL REFERENCES pack (pack) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name     TEXT NOT NULL,
    value    TEXT NOT NULL,
    PRIMARY KEY (pack, position)
) WITHOUT ROWID;

-- The steps behind the first one: what a pack looks like from `due_at` on. Its state is its last step that is due; where the
-- clock was set back before all, the first one.
CREATE TABLE transition (
    pack         INTEGER NOT NULL REFERENCES pack (pack) ON DELETE CASCADE,
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

-- Where a pack's template came from, as PutConformancePack was told.
CREATE TABLE template_source (
    pack   INTEGER PRIMARY KEY REFERENCES pack (pack) ON DELETE CASCADE,
    body   TEXT,                        -- TemplateBody
    s3_uri TEXT                         -- TemplateS3Uri
);

-- The rules that a pack's template puts in force.
CREATE TABLE pack_rule (
    pack              INTEGER NOT NULL REFERENCES pack (pack) ON DELETE CASCADE,
    position          INTEGER NOT NULL,
    name              TEXT NOT NULL,    -- the template's; AWS adds -conformance-pack-ID
    source_owner      TEXT,
    source_identifier TEXT,
    input_parameters  TEXT,             -- as JSON text
    PRIMARY KEY (pack, position)
) WITHOUT ROWID;

CREATE TABLE tag (
    pack  INTEGER NOT NULL REFERENCES pack (pack) ON DELETE CASCADE,
    key   TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (pack, key)
) WITHOUT ROWID;

-- How packs that are put or deleted will fare. Of those that fit, the first counts.
CREATE TABLE script (
    script      INTEGER PRIMARY KEY,
    match       TEXT NOT NULL,          -- a glob over ConformancePackName
    request     INTEGER NOT NULL,       -- enum pack_request: what it is for
    account     TEXT,                   -- NULL: any
    region      TEXT,                   -- NULL: any
    remaining   INTEGER                 -- how often it still counts; NULL: always
);

-- A script's steps; those of table transition, before they have a pack.
CREATE TABLE script_step (
    script  INTEGER NOT NULL REFERENCES script ON DELETE CASCADE,
    step    INTEGER NOT NULL,
    state   INTEGER NOT NULL,
    trigger INTEGER NOT NULL,
    after   INTEGER NOT NULL,
    reason  TEXT,
    PRIMARY KEY (script, step)
) WITHOUT ROWID;

-- What templates contain that PutConformancePack only points at.
CREATE TABLE stored_template (
    location TEXT PRIMARY KEY,          -- s3://…, or the SSM document's name
    body     TEXT NOT NULL
) WITHOUT ROWID;

-- Answers that somebody wrote. Of those that fit, the first counts.
CREATE TABLE response (
    response  INTEGER PRIMARY KEY,
    operation TEXT NOT NULL,
    account   TEXT,                     -- NULL: any
    region    TEXT,                     -- NULL: any
    body      TEXT,                     -- what is answered, as it was written; NULL: an error is
    error     TEXT,                     -- its wire name
    message   TEXT,
    status    INTEGER NOT NULL,         -- HTTP
    remaining INTEGER                   -- how often it still counts; NULL: always
);

-- What is to go wrong on purpose. Of those that fit, the first counts.
CREATE TABLE fault (
    fault       INTEGER PRIMARY KEY AUTOINCREMENT, -- its ID in the control API, never used again
    operation   TEXT NOT NULL,          -- '*': any
    account     TEXT,                   -- NULL: any
    region      TEXT,                   -- NULL: any
    error       TEXT,                   -- the wire name of what is answered; NULL: the answer is as it would be
    message     TEXT,
    status      INTEGER NOT NULL,       -- HTTP, of the error
    delay       INTEGER NOT NULL,       -- milliseconds before the answer
    jitter      INTEGER NOT NULL,       -- milliseconds at the most added to that, at random
    connection  INTEGER NOT NULL,       -- enum fault_connection: what becomes of the answer's bytes
    probability REAL NOT NULL,          -- of those it fits, how many it hits
    skip        INTEGER NOT NULL,       -- how many it still lets pass
    remaining   INTEGER,                -- how many it still hits; NULL: all
    seen        INTEGER NOT NULL DEFAULT 0 -- how many it has fitted: what the probability is drawn with
);

INSERT INTO world (world, seed) VALUES (1, 0);
