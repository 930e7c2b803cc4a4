-- Packs come to lie in the order in which pages show them, each with the first step of its time line. As no table can be laid
-- out anew, all that refer to packs are made again.

CREATE TABLE new_pack (
    pack                   INTEGER NOT NULL UNIQUE,
    account                TEXT NOT NULL,
    region                 TEXT NOT NULL,
    name                   TEXT NOT NULL,
    moves                  INTEGER,
    first_step             INTEGER NOT NULL,
    state                  INTEGER NOT NULL,
    since                  INTEGER NOT NULL,
    requested_at           INTEGER NOT NULL,
    completed_at           INTEGER,
    reason                 TEXT,
    id                     TEXT NOT NULL,
    created_at             INTEGER NOT NULL,
    arn                    TEXT,
    stack_arn              TEXT,
    created_by             TEXT,
    delivery_s3_bucket     TEXT,
    delivery_s3_key_prefix TEXT,
    ssm_document_name      TEXT,
    ssm_document_version   TEXT,
    PRIMARY KEY (account, region, name)
) WITHOUT ROWID;

INSERT INTO new_pack
SELECT p.pack, account, region, name, (SELECT pack FROM transition WHERE pack = p.pack AND step > t.step),
       t.step, t.state, t.due_at, t.requested_at, t.completed_at, t.reason, id, created_at, arn, stack_arn, created_by,
       delivery_s3_bucket, delivery_s3_key_prefix, ssm_document_name, ssm_document_version
FROM pack AS p
JOIN transition AS t ON t.pack = p.pack AND t.step = (SELECT min(step) FROM transition WHERE pack = p.pack)
ORDER BY account, region, name;

CREATE TABLE new_input_parameter (
    pack     INTEGER NOT NULL REFERENCES new_pack (pack) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name     TEXT NOT NULL,
    value    TEXT NOT NULL,
    PRIMARY KEY (pack, position)
) WITHOUT ROWID;

INSERT INTO new_input_parameter SELECT pack, position, name, value FROM input_parameter;
DROP TABLE input_parameter;

CREATE TABLE new_transition (
    pack         INTEGER NOT NULL REFERENCES new_pack (pack) ON DELETE CASCADE,
    step         INTEGER NOT NULL,
    state        INTEGER NOT NULL,
    trigger      INTEGER NOT NULL,
    after        INTEGER NOT NULL,
    due_at       INTEGER,
    requested_at INTEGER,
    completed_at INTEGER,
    reason       TEXT,
    PRIMARY KEY (pack, step)
) WITHOUT ROWID;

INSERT INTO new_transition
SELECT t.pack, step, t.state, trigger, after, due_at, t.requested_at, t.completed_at, t.reason
FROM transition AS t JOIN new_pack AS p ON p.pack = t.pack AND t.step > p.first_step;
DROP TABLE transition;

CREATE TABLE new_template_source (
    pack   INTEGER PRIMARY KEY REFERENCES new_pack (pack) ON DELETE CASCADE,
    body   TEXT,
    s3_uri TEXT
);

INSERT INTO new_template_source SELECT pack, body, s3_uri FROM template_source;
DROP TABLE template_source;

CREATE TABLE new_pack_rule (
    pack              INTEGER NOT NULL REFERENCES new_pack (pack) ON DELETE CASCADE,
    position          INTEGER NOT NULL,
    name              TEXT NOT NULL,
    source_owner      TEXT,
    source_identifier TEXT,
    input_parameters  TEXT,
    PRIMARY KEY (pack, position)
) WITHOUT ROWID;

INSERT INTO new_pack_rule
SELECT pack, position, name, source_owner, source_identifier, input_parameters FROM pack_rule;
DROP TABLE pack_rule;

CREATE TABLE new_tag (
    pack  INTEGER NOT NULL REFERENCES new_pack (pack) ON DELETE CASCADE,
    key   TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (pack, key)
) WITHOUT ROWID;

INSERT INTO new_tag SELECT pack, key, value FROM tag;
DROP TABLE tag;

DROP TABLE pack;
ALTER TABLE new_pack RENAME TO pack;
ALTER TABLE new_input_parameter RENAME TO input_parameter;
ALTER TABLE new_transition RENAME TO transition;
ALTER TABLE new_template_source RENAME TO template_source;
ALTER TABLE new_pack_rule RENAME TO pack_rule;
ALTER TABLE new_tag RENAME TO tag;

CREATE INDEX gone ON transition (due_at) WHERE state = 5;
