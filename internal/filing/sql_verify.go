package filing

const findAll = `SELECT ` + filingColumns + ` FROM filing WHERE id > $1 ORDER BY id LIMIT $2`

// checks each list the ids of what is wrong.
var checks = []struct{ query, what string }{
	{strangeStates, "the duty is in another state than its filing"},
	{lostFilings, "the duty counts as filed without a filing"},
	{strangeTimes, "the duty counts as filed at a time at which nothing was"},
	{strangeUnits, "the filing is another unit's than its duty"},
	{strangeWriters, "the draft was written by somebody who is not among its writers"},
	{strangeOutcomes, "the latest version has another outcome than the filing"},
}

// A duty that evidence has discharged (see duty.EvidenceTx) needs no filing.
const strangeStates = `SELECT f.id FROM filing f JOIN duty d ON d.id = f.duty_id WHERE f.state <> 'declined' AND NOT (d.state = 'accepted' AND f.state IN ('draft', 'returned') AND EXISTS (SELECT 1 FROM duty_evidence v WHERE v.duty_id = d.id)) AND NOT CASE f.state
	WHEN 'filed' THEN d.state = 'filed' WHEN 'accepted' THEN d.state = 'accepted'
	WHEN 'returned' THEN d.state IN ('returned', 'nil', 'exempt', 'open') ELSE d.state IN ('open', 'draft', 'nil', 'exempt') END ORDER BY f.id`

const lostFilings = `SELECT d.id FROM duty d WHERE d.state IN ('draft', 'filed', 'returned', 'accepted')
AND NOT EXISTS (SELECT 1 FROM filing f WHERE f.duty_id = d.id AND f.state = d.state)
AND NOT (d.state = 'accepted' AND EXISTS (SELECT 1 FROM duty_evidence v WHERE v.duty_id = d.id)) ORDER BY d.id`

const strangeTimes = `SELECT d.id FROM duty d WHERE d.state IN ('filed', 'returned', 'accepted') AND NOT EXISTS (SELECT 1 FROM filing f JOIN filing_version v ON v.filing_id = f.id
	WHERE f.duty_id = d.id AND f.state <> 'declined' AND v.outcome <> 'withdrawn' AND v.filed_at = d.filed_at)
AND NOT (d.state = 'accepted' AND EXISTS (SELECT 1 FROM duty_evidence v WHERE v.duty_id = d.id)) ORDER BY d.id`

const strangeUnits = `SELECT f.id FROM filing f JOIN duty d ON d.id = f.duty_id WHERE f.unit_id <> d.unit_id ORDER BY f.id`

const strangeWriters = `SELECT f.id FROM filing f WHERE NOT EXISTS (SELECT 1 FROM filing_writer w WHERE w.filing_id = f.id AND w.person_id = f.draft_by) ORDER BY f.id`

const strangeOutcomes = `SELECT f.id FROM filing f JOIN filing_version v ON v.filing_id = f.id AND v.n = f.versions
WHERE v.outcome <> f.state AND NOT (v.outcome = 'withdrawn' AND f.state IN ('draft', 'returned')) ORDER BY f.id`
