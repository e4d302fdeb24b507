package main

// durable makes a private cluster wait for the disk as a server does; tests go without.
const durable = `ALTER SYSTEM SET fsync = on`

const reload = `SELECT pg_reload_conf()`

const readBookings = `SELECT id, session_id, turn, code, status, party_size, seats, contact_sealed, contact_hash, source, created_at, changed_at FROM booking ORDER BY id`

const readBookingKeys = `SELECT digest, body_hash, booking_id, status, position, created_at FROM booking_key`

const plainBooking = `INSERT INTO booking (id, session_id, turn, code, status, party_size, seats, contact_sealed, contact_hash, source, created_at, changed_at, answers_sealed, skips, untold, cancelled_by, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL, 0, '', '', 1)`

const plainKey = `INSERT INTO booking_key (digest, body_hash, booking_id, status, position, created_at) VALUES ($1, $2, $3, $4, $5, $6)`

const clearKeys = `DELETE FROM booking_key`

const clearBookings = `DELETE FROM booking`

const clearSeats = `UPDATE seat SET taken = 0`
