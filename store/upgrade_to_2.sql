-- What puts, scripts, answers and faults need.

-- Where a pack's template came from, as PutConformancePack was told.
CREATE TABLE template_source (
    pack   INTEGER PRIMARY KEY REFERENCES pack ON DELETE CASCADE,
    body   TEXT,                        -- TemplateBody
    s3_uri TEXT                         -- TemplateS3Uri
);

-- The rules that a pack's template puts in force.
CREATE TABLE pack_rule (
    pack              INTEGER NOT NULL REFERENCES pack ON DELETE CASCADE,
    position          INTEGER NOT NULL,
    name              TEXT NOT NULL,    -- the template's; AWS adds -conformance-pack-ID
    source_owner      TEXT,
    source_identifier TEXT,
    input_parameters  TEXT,             -- as JSON text
    PRIMARY KEY (pack, position)
) WITHOUT ROWID;

CREATE TABLE tag (
    pack  INTEGER NOT NULL REFERENCES pack ON DELETE CASCADE,
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
