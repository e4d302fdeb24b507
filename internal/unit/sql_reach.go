package unit

const listRecipients = `SELECT p.id, CASE WHEN EXISTS (SELECT 1 FROM person_role r WHERE r.person_id = p.id) THEN TRUE ELSE FALSE END AS has_role
FROM person p JOIN unit u ON u.id = p.unit_id WHERE p.unit_id = $1 AND p.closed_at = 0 AND u.closed_at = 0 ORDER BY has_role DESC, p.sign_in`
