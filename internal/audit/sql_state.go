package audit

import "database/sql"

const lastSealed = `SELECT l.seq, coalesce(e.at, 0) FROM audit_link l LEFT JOIN audit_entry e ON e.id = l.entry_id ORDER BY l.seq DESC LIMIT 1`

const countPending = `SELECT count(*) FROM audit_pending`

const latestAnchors = `SELECT day, seq, exported_at <> 0 FROM audit_anchor ORDER BY day DESC LIMIT $1`

func scanAnchorState(r *sql.Rows) (s AnchorState, err error) {
	err = r.Scan(&s.Day, &s.Seq, &s.Exported)
	return s, err
}
