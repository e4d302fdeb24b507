-- +goose Up

-- What a host has written to those who booked a session. to_whom says to which of them; parties counts the
-- bookings it went to, people whom they bring.
CREATE TABLE booking_notice (
    id         TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES session (id),
    to_whom    TEXT NOT NULL CHECK (to_whom IN ('confirmed', 'waitlisted')),
    body       TEXT NOT NULL CHECK (body <> ''),
    parties    BIGINT NOT NULL CHECK (parties > 0),
    people     BIGINT NOT NULL CHECK (people >= parties),
    written    BIGINT NOT NULL CHECK (written >= 0 AND written <= parties),
    sent_by    TEXT NOT NULL,
    sent_at    BIGINT NOT NULL CHECK (sent_at > 0)
);
CREATE INDEX booking_notice_session ON booking_notice (session_id, sent_at, id);

-- Whom a letter with such a text must still be written to. A row goes when its letter has been made.
CREATE TABLE booking_notice_to (
    notice_id  TEXT NOT NULL REFERENCES booking_notice (id),
    booking_id TEXT NOT NULL REFERENCES booking (id),
    PRIMARY KEY (notice_id, booking_id)
);
CREATE INDEX booking_notice_to_booking ON booking_notice_to (booking_id);
