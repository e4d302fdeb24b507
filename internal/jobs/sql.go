package jobs

// $4 is now: a lease that has ended may be taken by anybody.
const takeLease = `
INSERT INTO lease (name, holder, until_at) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_at = excluded.until_at
WHERE lease.holder = excluded.holder OR lease.until_at <= $4`

const dropLease = `
DELETE FROM lease WHERE name = $1 AND holder = $2`
