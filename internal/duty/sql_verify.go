package duty

// checks each list the ids of what is wrong.
var checks = []struct{ query, what string }{
	{lostObligations, "the ledger's obligation is gone"},
	{crossedDuties, "the duty stands in another column or edition than its obligation"},
	{draftLedgers, "the duty is of an edition that was never published"},
	{unfounded, "nobody has granted the duty's exemption or nil return"},
	{unextended, "the duty's extension is none that was granted"},
	{crossedDispatches, "the dispatch was passed on by a unit that did not have the notice"},
	{manualByNobody, "the reminder is by hand and by nobody"},
	{unbegun, "the duty was filed and never begun"},
}

const lostObligations = `SELECT r.obligation_id FROM duty_rule r LEFT JOIN obligation o ON o.id = r.obligation_id LEFT JOIN own_obligation w ON w.id = r.own_id
WHERE (o.id IS NULL) = (w.id IS NULL) OR coalesce(o.edition_id, w.edition_id) <> r.edition_id ORDER BY r.obligation_id`

const crossedDuties = `SELECT d.id FROM duty d JOIN duty_rule r ON r.obligation_id = d.obligation_id
WHERE d.slot <> r.slot OR d.edition_id <> r.edition_id ORDER BY d.id`

const draftLedgers = `SELECT d.id FROM duty d JOIN edition e ON e.id = d.edition_id WHERE e.status = 'draft' ORDER BY d.id`

const unfounded = `SELECT d.id FROM duty d WHERE d.state IN ('exempt', 'nil') AND NOT EXISTS (SELECT 1 FROM duty_decision x
WHERE x.duty_id = d.id AND x.status = 'granted' AND x.kind = CASE d.state WHEN 'exempt' THEN 'exemption' ELSE 'nil' END) ORDER BY d.id`

const unextended = `SELECT d.id FROM duty d WHERE (d.extended_until = 0 OR NOT EXISTS (SELECT 1 FROM duty_decision x
	WHERE x.duty_id = d.id AND x.status = 'granted' AND x.kind = 'extension' AND x.until_at = d.extended_until))
AND (d.extended_until > 0 OR EXISTS (SELECT 1 FROM duty_decision x WHERE x.duty_id = d.id AND x.status = 'granted' AND x.kind = 'extension')) ORDER BY d.id`

const crossedDispatches = `SELECT d.id FROM dispatch d JOIN dispatch v ON v.id = d.via
WHERE v.notice_id <> d.notice_id OR v.edition_id <> d.edition_id OR d.from_unit_id IS NULL OR v.unit_id <> d.from_unit_id OR v.signed_at = 0 ORDER BY d.id`

const manualByNobody = `SELECT id FROM chase WHERE (kind = 'manual') = (sent_by = '') ORDER BY id`

const unbegun = `SELECT id FROM duty WHERE state IN ('draft', 'filed', 'returned', 'accepted') AND begun_at = 0 ORDER BY id`
