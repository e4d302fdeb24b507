-- +goose Up

-- A notice on its way to one unit (下发). reason: it is addressed, it owes something by the notice, or
-- another unit passed it on (via). Receipt (签收) stands here, beside the states of the unit's duties;
-- implicit: filing or passing on has signed. told_at is 0 until the unit was told.
CREATE TABLE dispatch (
    id            TEXT PRIMARY KEY,
    edition_id    TEXT NOT NULL REFERENCES edition (id),
    notice_id     TEXT NOT NULL REFERENCES notice (id),
    unit_id       TEXT NOT NULL REFERENCES unit (id),
    from_unit_id  TEXT REFERENCES unit (id),
    via           TEXT REFERENCES dispatch (id),
    reason        TEXT NOT NULL CHECK (reason IN ('addressed', 'obliged', 'passed_on')),
    covering_note TEXT NOT NULL,
    sent_by       TEXT NOT NULL,
    sent_at       BIGINT NOT NULL CHECK (sent_at > 0),
    opened_at     BIGINT NOT NULL,
    opened_by     TEXT NOT NULL,
    signed_at     BIGINT NOT NULL,
    signed_by     TEXT NOT NULL,
    implicit      BOOLEAN NOT NULL,
    told_at       BIGINT NOT NULL,
    CHECK ((reason = 'passed_on') = (via IS NOT NULL)),
    CHECK (signed_at = 0 OR opened_at > 0)
);
CREATE UNIQUE INDEX dispatch_notice_unit ON dispatch (notice_id, unit_id);
CREATE INDEX dispatch_edition ON dispatch (edition_id, unit_id);
CREATE INDEX dispatch_unit ON dispatch (unit_id, sent_at, id);
CREATE INDEX dispatch_via ON dispatch (via);
CREATE INDEX dispatch_untold ON dispatch (sent_at, id) WHERE told_at = 0;

-- An obligation that a head unit adds for the units under it, beside those of the notice.
-- audience is JSON scopes.
CREATE TABLE own_obligation (
    id            TEXT PRIMARY KEY,
    edition_id    TEXT NOT NULL REFERENCES edition (id),
    owner_unit_id TEXT NOT NULL REFERENCES unit (id),
    what          TEXT NOT NULL CHECK (what <> ''),
    due_on        TEXT NOT NULL,
    audience      TEXT NOT NULL,
    created_by    TEXT NOT NULL,
    created_at    BIGINT NOT NULL
);
CREATE INDEX own_obligation_edition ON own_obligation (edition_id, owner_unit_id, id);

-- How an obligation, of the notice or a unit's own, is owed: slot is its column in the ledger of the
-- edition, form '' lets the notice's hint choose, chain says who reviews.
CREATE TABLE duty_rule (
    obligation_id TEXT PRIMARY KEY,
    edition_id    TEXT NOT NULL REFERENCES edition (id),
    own_id        TEXT REFERENCES own_obligation (id),
    slot          BIGINT NOT NULL CHECK (slot >= 0),
    form          TEXT NOT NULL,
    chain         TEXT NOT NULL CHECK (chain IN ('tiers', 'office', 'upper', 'owner')),
    version       BIGINT NOT NULL CHECK (version > 0),
    CHECK (own_id IS NULL OR own_id = obligation_id),
    CHECK (chain <> 'owner' OR own_id IS NOT NULL)
);
CREATE UNIQUE INDEX duty_rule_slot ON duty_rule (edition_id, slot);

-- An obligation as it stands for one unit. due_at is the first instant at which it is late, 0 for
-- undated; a later extended_until stands before it. filed_at is when the filing that was or may still
-- be accepted was first handed in. Whether it is late follows from these and is never stored. begun_at
-- is when the unit first drafted or filed something, 0 for never.
CREATE TABLE duty (
    id             TEXT PRIMARY KEY,
    edition_id     TEXT NOT NULL REFERENCES edition (id),
    obligation_id  TEXT NOT NULL REFERENCES duty_rule (obligation_id),
    unit_id        TEXT NOT NULL REFERENCES unit (id),
    slot           BIGINT NOT NULL CHECK (slot >= 0),
    state          TEXT NOT NULL CHECK (state IN ('open', 'draft', 'filed', 'returned', 'accepted', 'nil', 'exempt')),
    due_at         BIGINT NOT NULL CHECK (due_at >= 0),
    extended_until BIGINT NOT NULL CHECK (extended_until >= 0),
    filed_at       BIGINT NOT NULL CHECK (filed_at >= 0),
    settled_at     BIGINT NOT NULL CHECK (settled_at >= 0),
    begun_at       BIGINT NOT NULL CHECK (begun_at >= 0),
    version        BIGINT NOT NULL CHECK (version > 0),
    CHECK ((settled_at > 0) = (state IN ('accepted', 'nil', 'exempt'))),
    CHECK (filed_at > 0 OR state NOT IN ('filed', 'returned', 'accepted', 'nil')),
    CHECK (filed_at = 0 OR state NOT IN ('open', 'draft'))
);
CREATE UNIQUE INDEX duty_obligation_unit ON duty (obligation_id, unit_id);
-- Covers what the matrix reads of all cells.
CREATE INDEX duty_matrix ON duty (edition_id, unit_id, slot, state, due_at, extended_until, filed_at);
CREATE INDEX duty_unit ON duty (unit_id, edition_id, slot);

-- Extension, exemption and nil return, and the lifting of them, with reason and approver. asked_at is
-- when the unit asked, equal to decided_at where the upper unit acted by itself.
CREATE TABLE duty_decision (
    id           TEXT PRIMARY KEY,
    duty_id      TEXT NOT NULL REFERENCES duty (id),
    kind         TEXT NOT NULL CHECK (kind IN ('extension', 'exemption', 'nil', 'lift')),
    status       TEXT NOT NULL CHECK (status IN ('asked', 'granted', 'refused', 'withdrawn')),
    until_at     BIGINT NOT NULL,
    reason       TEXT NOT NULL CHECK (reason <> ''),
    asked_by     TEXT NOT NULL,
    asked_unit   TEXT NOT NULL,
    asked_at     BIGINT NOT NULL CHECK (asked_at > 0),
    words        TEXT NOT NULL,
    decided_by   TEXT NOT NULL,
    decided_unit TEXT NOT NULL,
    decided_at   BIGINT NOT NULL,
    CHECK ((kind = 'extension') = (until_at > 0)),
    CHECK ((status = 'asked') = (decided_at = 0))
);
CREATE INDEX duty_decision_duty ON duty_decision (duty_id, asked_at, id);
CREATE UNIQUE INDEX duty_decision_asked ON duty_decision (duty_id) WHERE status = 'asked';

-- When units are reminded, in working days from the due day, and who: the unit, its head, the unit
-- that reviews.
CREATE TABLE chase_stage (
    edition_id TEXT NOT NULL REFERENCES edition (id),
    workdays   BIGINT NOT NULL CHECK (workdays BETWEEN -60 AND 60 AND workdays <> 0),
    who        TEXT NOT NULL CHECK (who IN ('unit', 'head', 'upper')),
    PRIMARY KEY (edition_id, workdays, who)
);

-- Every reminder that was sent (催办): evidence. dedupe keeps a stage of one due time from being sent
-- twice, whichever process comes first. message_ids are parted by blanks: every head is told apart.
CREATE TABLE chase (
    id          TEXT PRIMARY KEY,
    duty_id     TEXT NOT NULL REFERENCES duty (id),
    kind        TEXT NOT NULL CHECK (kind IN ('before', 'after', 'escalation', 'manual')),
    workdays    BIGINT NOT NULL,
    who         TEXT NOT NULL CHECK (who IN ('unit', 'head', 'upper')),
    due_at      BIGINT NOT NULL,
    words       TEXT NOT NULL,
    dedupe      TEXT NOT NULL CHECK (dedupe <> ''),
    sent_by     TEXT NOT NULL,
    sent_at     BIGINT NOT NULL CHECK (sent_at > 0),
    message_ids TEXT NOT NULL
);
CREATE UNIQUE INDEX chase_dedupe ON chase (dedupe);
CREATE INDEX chase_duty ON chase (duty_id, sent_at, id);
