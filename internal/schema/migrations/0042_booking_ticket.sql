-- +goose Up

-- moved_to is the booking that took the place of one whose booker chose another session; '' for none. It is
-- no foreign key: bookings are copied in the order of their ids.
ALTER TABLE booking ADD COLUMN moved_to TEXT NOT NULL DEFAULT '' CHECK (moved_to = '' OR cancelled_by = 'booker');
