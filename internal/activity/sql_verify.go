package activity

// checks each list the ids of what is wrong.
var checks = []struct{ query, what string }{
	{seatlessSessions, "the session has no seats"},
	{strangeSeats, "the session's seats and its kind of entry contradict each other"},
	{manySessions, "the activity has too many sessions"},
	{strangeDrafts, "the draft is in a state that the activity or its latest version does not bear out"},
	{strangePublished, "what the public reads was not accepted"},
	{aliveSessions, "a session of the cancelled activity was not cancelled"},
	{strangeWriters, "the draft was written by somebody who is not among its writers"},
	{strangeGuests, "the guest host is another edition's or department's"},
	{strangeItems, "method or topic is another edition's"},
	{hiddenPictures, "a picture of the activity is not public with it"},
	{lostTopics, "the public activity has no topic or audience"},
}

const seatlessSessions = `SELECT s.id FROM session s WHERE NOT EXISTS (SELECT 1 FROM seat c WHERE c.session_id = s.id) ORDER BY s.id`

const strangeSeats = `SELECT s.id FROM session s JOIN seat c ON c.session_id = s.id WHERE (s.bookable AND c.capacity = 0) OR (NOT s.bookable AND c.capacity > 0) ORDER BY s.id`

const manySessions = `SELECT s.activity_id FROM session s GROUP BY s.activity_id HAVING count(*) > 200 ORDER BY s.activity_id`

const strangeDrafts = `SELECT a.id FROM activity a JOIN activity_draft d ON d.activity_id = a.id LEFT JOIN activity_version v ON v.activity_id = a.id AND v.n = a.versions
WHERE NOT CASE d.state WHEN 'none' THEN a.state <> 'unpublished' WHEN 'review' THEN a.state <> 'cancelled' AND coalesce(v.outcome, '') = 'review'
	WHEN 'declined' THEN a.state <> 'cancelled' AND coalesce(v.outcome, '') = 'declined' WHEN 'returned' THEN a.state <> 'cancelled' AND coalesce(v.outcome, '') IN ('returned', 'withdrawn')
	ELSE a.state <> 'cancelled' AND coalesce(v.outcome, '') IN ('', 'withdrawn', 'accepted', 'declined') END ORDER BY a.id`

const strangePublished = `SELECT a.id FROM activity a WHERE a.published_version > 0
AND NOT EXISTS (SELECT 1 FROM activity_version v WHERE v.activity_id = a.id AND v.n = a.published_version AND v.outcome = 'accepted') ORDER BY a.id`

const aliveSessions = `SELECT a.id FROM activity a WHERE a.state = 'cancelled'
AND EXISTS (SELECT 1 FROM session s WHERE s.activity_id = a.id AND s.cancelled_at = 0 AND s.ends_at > a.cancelled_at) ORDER BY a.id`

const strangeWriters = `SELECT d.activity_id FROM activity_draft d WHERE d.state IN ('editing', 'returned', 'review')
AND NOT EXISTS (SELECT 1 FROM activity_writer w WHERE w.activity_id = d.activity_id AND w.person_id = d.saved_by) ORDER BY d.activity_id`

const strangeGuests = `SELECT a.id FROM activity a JOIN guest_host g ON g.id = a.guest_host_id WHERE g.edition_id <> a.edition_id OR g.unit_id <> a.unit_id ORDER BY a.id`

const strangeItems = `SELECT a.id FROM activity a JOIN edition_item i ON i.id = a.method_id WHERE i.edition_id <> a.edition_id OR i.kind <> 'method'

UNION SELECT t.activity_id FROM activity_topic t JOIN activity a ON a.id = t.activity_id JOIN edition_item i ON i.id = t.topic_id WHERE i.edition_id <> a.edition_id OR i.kind <> 'topic'
ORDER BY 1`

const hiddenPictures = `SELECT p.activity_id FROM activity_picture p JOIN file f ON f.id = p.file_id WHERE f.subject_kind <> 'activity' OR f.subject_id <> p.activity_id ORDER BY p.activity_id`

const lostTopics = `SELECT a.id FROM activity a WHERE a.published_version > 0 AND (NOT EXISTS (SELECT 1 FROM activity_topic t WHERE t.activity_id = a.id)
	OR NOT EXISTS (SELECT 1 FROM activity_audience x WHERE x.activity_id = a.id)) ORDER BY a.id`

// publicText is what the public reads, to be held against the version that it was taken from.
const publicText = `SELECT title, title_en, summary, summary_en, description, description_en, coalesce(method_id, ''), form_code, mode, coalesce(region_code, ''), venue, address, lng, lat,
	link, contact_office, contact_phone, safety, directions, values_open, values_sealed, coalesce(form_id, '') FROM activity WHERE id = $1`
