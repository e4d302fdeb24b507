package activity

// resultChecks each list the ids of what is wrong.
var resultChecks = []struct{ query, what string }{
	{strangeResults, "the result's state is not that of its latest version"},
	{strangeStanding, "the result that stands was not accepted"},
	{lostResults, "the result is of another activity than its session, or of one that was never published"},
	{strangePhotos, "a photo is public that is not of the result that stands, or whose file is not"},
	{strangeSteps, "the result waits for a review that there is not, or the other way round"},
}

const strangeResults = `SELECT r.session_id FROM session_result r LEFT JOIN session_result_version v ON v.session_id = r.session_id AND v.n = r.n
WHERE v.n IS NULL OR v.state <> r.state ORDER BY r.session_id`

const strangeStanding = `SELECT r.session_id FROM session_result r JOIN session_result_version v ON v.session_id = r.session_id AND v.n = r.accepted
WHERE v.state <> 'accepted' ORDER BY r.session_id`

const lostResults = `SELECT r.session_id FROM session_result r JOIN session s ON s.id = r.session_id JOIN activity a ON a.id = s.activity_id
WHERE a.id <> r.activity_id OR a.state = 'unpublished' ORDER BY r.session_id`

const strangePhotos = `SELECT p.session_id FROM session_photo p JOIN session_result r ON r.session_id = p.session_id JOIN file f ON f.id = p.file_id
WHERE p.shown AND (p.n <> r.accepted OR f.subject_kind <> 'session_result' OR f.subject_id <> p.session_id) ORDER BY p.session_id`

const strangeSteps = `SELECT r.session_id FROM session_result r WHERE (r.state = 'review') <> EXISTS (SELECT 1 FROM review_step p
WHERE p.subject_kind = 'session_result' AND p.subject_id = r.session_id AND p.subject_version = r.n AND p.state = 'open') ORDER BY r.session_id`

const allResults = `SELECT session_id FROM session_result WHERE session_id > $1 ORDER BY session_id LIMIT $2`
