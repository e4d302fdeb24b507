package unit

// The statements of Verify: each finds rows that should not be.

const findRolesOfClosed = `SELECT p.id FROM person p WHERE p.closed_at <> 0
AND (EXISTS (SELECT 1 FROM person_role r WHERE r.person_id = p.id) OR EXISTS (SELECT 1 FROM platform_role l WHERE l.person_id = p.id))`

const findRolesWithoutUnit = `SELECT p.id FROM person p WHERE p.unit_id IS NULL AND EXISTS (SELECT 1 FROM person_role r WHERE r.person_id = p.id)`

const findPeopleOfClosedUnits = `SELECT p.id FROM person p JOIN unit u ON u.id = p.unit_id WHERE p.closed_at = 0 AND u.closed_at <> 0`

const countAdmins = `SELECT count(*), count(*) FILTER (WHERE role = 'security_admin') FROM platform_role`

const findHashes = `SELECT id, name_hash, phone_hash, email_hash FROM person WHERE id > $1 ORDER BY id LIMIT $2`
