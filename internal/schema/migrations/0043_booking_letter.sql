-- +goose Up

-- Letters to people outside of the register (package message), one over one channel: that something is to
-- be told (key) about something of another package (subject, subject_id), such as that a booking was
-- confirmed. ref tells several notes about one subject apart that stand beside each other, '' for those of
-- which a later one takes the place of an earlier one. Neither address nor words stand here: they are asked for when the letter is sent, so that
-- they are erased with what they belong to. The states are those of delivery. until_at is when it is too
-- late to tell. error is a word, never a server's sentence.
CREATE TABLE outside_letter (
    id         TEXT PRIMARY KEY,
    subject    TEXT NOT NULL CHECK (subject <> ''),
    subject_id TEXT NOT NULL CHECK (subject_id <> ''),
    ref        TEXT NOT NULL,
    key        TEXT NOT NULL CHECK (key <> ''),
    channel    TEXT NOT NULL CHECK (channel IN ('mail', 'sms')),
    state      TEXT NOT NULL CHECK (state IN ('queued', 'claimed', 'sent', 'perhaps', 'failed', 'withheld')),
    attempts   BIGINT NOT NULL CHECK (attempts >= 0),
    created_at BIGINT NOT NULL CHECK (created_at > 0),
    queued_at  BIGINT NOT NULL CHECK (queued_at >= created_at),
    due_at     BIGINT NOT NULL,
    until_at   BIGINT NOT NULL,
    claimed_at BIGINT NOT NULL,
    done_at    BIGINT NOT NULL,
    header_id  TEXT NOT NULL,
    error      TEXT NOT NULL,
    version    BIGINT NOT NULL CHECK (version > 0),
    CHECK ((state IN ('queued', 'claimed')) = (done_at = 0))
);
CREATE INDEX outside_letter_subject ON outside_letter (subject, subject_id, created_at, id);
CREATE INDEX outside_letter_due ON outside_letter (channel, due_at, id) WHERE state = 'queued';
CREATE INDEX outside_letter_claimed ON outside_letter (claimed_at) WHERE state = 'claimed';

-- Bookers who must learn something that they did not do themselves, the newest for each: whom no letter of
-- that moment or later has reached, the host calls. called_at is 0 until then.
CREATE TABLE booking_call (
    booking_id TEXT PRIMARY KEY REFERENCES booking (id),
    session_id TEXT NOT NULL REFERENCES session (id),
    what       TEXT NOT NULL CHECK (what IN ('confirmed', 'moved', 'cancelled', 'declined', 'waits', 'afar', 'onsite')),
    told_at    BIGINT NOT NULL CHECK (told_at > 0),
    called_at  BIGINT NOT NULL CHECK (called_at >= 0),
    called_by  TEXT NOT NULL,
    version    BIGINT NOT NULL CHECK (version > 0),
    CHECK ((called_at = 0) = (called_by = ''))
);
CREATE INDEX booking_call_session ON booking_call (session_id, called_at, told_at, booking_id);

-- How many days after its session it is known who made a booking; an edition without a row keeps the
-- usual number.
CREATE TABLE booking_policy (
    edition_id TEXT PRIMARY KEY REFERENCES edition (id),
    keep_days  BIGINT NOT NULL CHECK (keep_days BETWEEN 1 AND 365),
    version    BIGINT NOT NULL CHECK (version > 0)
);
-- Of whom something is still known, for erasing it.
CREATE INDEX booking_known ON booking (session_id) WHERE contact_sealed IS NOT NULL OR answers_sealed IS NOT NULL;
