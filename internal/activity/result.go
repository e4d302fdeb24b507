package activity

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/review"
	"openweek/internal/sqldb"
)

// ResultKind is the result of a session as a subject of reviews, and of the photos that are public with
// it. ResultReviewKind is that of its other photos, for the unit, its reviewers and offices in sight.
// The id of both is the session's.
const (
	ResultKind       = "session_result"
	ResultReviewKind = "session_result_review"
)

// ResultState is how far the result of a session has come.
type ResultState string

// The states. ResultReplaced is one of versions only: it was corrected before anybody decided.
const (
	ResultMissing  ResultState = "missing"  // 未填报
	ResultReview   ResultState = "review"   // 待核实
	ResultReturned ResultState = "returned" // 退回: to be corrected
	ResultAccepted ResultState = "accepted" // 已确认
	ResultReplaced ResultState = "replaced"
)

// ResultStates lists the states of a result in order.
var ResultStates = []ResultState{ResultMissing, ResultReview, ResultReturned, ResultAccepted}

// Counter counts who came by their check-ins. Package door implements it.
type Counter interface {
	// CountedTx gives the check-ins of sessions by their ids; a session that is not in it has no door
	// at which anybody counts.
	CountedTx(ctx context.Context, q sqldb.Querier, sessionIDs []string) (map[string]int64, error)
}

// NotCounted is the count of a session at which nobody counts.
const NotCounted int64 = -1

// Bounds of a result.
const (
	maxAttendance = 100_000_000 // of a broadcast
	maxOutcome    = 2000        // characters
	maxPhotos     = 9
)

// Photo is a photo of a session. Consent is the host's word that whoever can be seen on it has agreed to
// its being public (个人信息保护法 第二十五条); without it the photo stays with the unit and its offices.
type Photo struct {
	FileID  string `json:"file"`
	Alt     string `json:"alt"`
	Consent bool   `json:"consent,omitempty"`
}

// ResultDraft is what a host says of a session that was held.
type ResultDraft struct {
	Attendance int64   `json:"attendance"` // all who took part, on the spot and online together (人次)
	Online     int64   `json:"online"`     // of them online
	Outcome    string  `json:"outcome"`
	Photos     []Photo `json:"photos"`
}

// ResultVersion is a result as it was handed in at one time.
type ResultVersion struct {
	N int
	ResultDraft
	Counted  int64 // check-ins at that time, or NotCounted
	State    ResultState
	Verified bool // the unit above has read it; else it was accepted by rule
	Hash     string
	By       string // person
	At       clock.Instant
	Settled  clock.Instant // 0 while it is being read
}

// Provenance is where the attendance comes from.
func (v ResultVersion) Provenance() form.Provenance {
	if v.Verified {
		return form.Verified
	}
	return form.Reported
}

// Result is the result of a session as staff see it.
type Result struct {
	Session  Session
	Activity Item
	State    ResultState
	Version  int64 // 0 before anything was reported
	Begun    bool  // the session has begun: it can be reported on
	Counted  int64 // check-ins by now, or NotCounted
	Versions []ResultVersion
	Steps    []review.Step // of all versions
	Own      bool          // the reader's own unit's

	accepted int
}

// Latest gives the version that was handed in last, if there is one.
func (r Result) Latest() (v ResultVersion, ok bool) { return r.version(len(r.Versions)) }

// Standing gives the version that the public reads and figures count: the one accepted last.
func (r Result) Standing() (v ResultVersion, ok bool) { return r.version(r.accepted) }

func (r Result) version(n int) (ResultVersion, bool) {
	if n < 1 || n > len(r.Versions) {
		return ResultVersion{}, false
	}
	return r.Versions[n-1], true
}

func (d ResultDraft) tidy() ResultDraft {
	d.Outcome = lines(d.Outcome)
	if d.Photos = slices.Clone(d.Photos); len(d.Photos) == 0 {
		d.Photos = nil
	}
	for i := range d.Photos {
		d.Photos[i].Alt = line(d.Photos[i].Alt)
	}
	return d
}

func (d ResultDraft) check() error {
	var bad problems
	if d.Attendance < 0 || d.Attendance > maxAttendance {
		bad.add(errs.Invalid("results.attendance", "limit", maxAttendance).On("attendance"))
	}
	if d.Online < 0 || d.Online > d.Attendance {
		bad.add(errs.Invalid("results.online_many").On("online"))
	}
	if utf8.RuneCountInString(d.Outcome) > maxOutcome {
		bad.add(errs.Invalid("activity.text_long", "limit", maxOutcome).On("outcome"))
	}
	if len(d.Photos) > maxPhotos {
		bad.add(errs.Invalid("activity.list_long", "limit", maxPhotos).On("photos"))
		return errs.Join(bad...)
	}
	seen := map[string]bool{}
	for i, p := range d.Photos {
		bad.text(fmt.Sprintf("photos.%d.alt", i), p.Alt, maxAlt, true)
		if seen[p.FileID] {
			bad.add(errs.Invalid("results.photo_twice").On(fmt.Sprintf("photos.%d.file", i)))
		}
		seen[p.FileID] = true
	}
	return errs.Join(bad...)
}

// same tells whether two drafts say the same.
func (d ResultDraft) same(other ResultDraft) bool {
	return d.Attendance == other.Attendance && d.Online == other.Online && d.Outcome == other.Outcome && slices.Equal(d.Photos, other.Photos)
}

// resultHash is over all that a reviewer reads. It is keyed as those of activities are.
func (s *Service) resultHash(sessionID string, d ResultDraft, counted int64) (string, error) {
	text, err := json.Marshal(d)
	return hex.EncodeToString(s.deps.Ring.Hash("activity.result", fmt.Sprintf("%s\n%s\n%d", sessionID, text, counted))), err
}

// counted asks the counter about sessions; without one nobody counts.
func (s *Service) counted(ctx context.Context, q sqldb.Querier, sessionIDs ...string) (counts map[string]int64, err error) {
	counts = map[string]int64{}
	if s.deps.Counter != nil && len(sessionIDs) > 0 {
		if counts, err = s.deps.Counter.CountedTx(ctx, q, sessionIDs); err != nil {
			return nil, err
		}
	}
	all := make(map[string]int64, len(sessionIDs))
	for _, sessionID := range sessionIDs {
		n, ok := counts[sessionID]
		if !ok {
			n = NotCounted
		}
		all[sessionID] = n
	}
	return all, nil
}

// Result gets the result of a session of a published activity, for the unit's people, those who review
// it and offices in sight; State is ResultMissing before anything was reported.
//
// Errors: activity.session_not_found, also for one out of sight.
func (s *Service) Result(ctx context.Context, a actor.Actor, sessionID string) (r Result, err error) {
	defer errs.Wrap(&err, "activity.Result(%s)", shorten(sessionID))
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		r, err = s.result(ctx, q, a, sessionID)
		return err
	})
	if err != nil {
		return Result{}, err
	}
	return r, nil
}

func (s *Service) result(ctx context.Context, q sqldb.Querier, a actor.Actor, sessionID string) (r Result, err error) {
	if r.Session, err = sessionByID(ctx, q, sessionID); err != nil {
		return Result{}, err
	}
	items, err := listItems(ctx, q, only(r.Session.ActivityID), 1)
	if err != nil {
		return Result{}, err
	}
	if len(items) == 0 || items[0].State == Unpublished {
		return Result{}, errSessionNotFound()
	}
	r.Activity = items[0]
	if r.Steps, err = s.deps.Reviews.History(ctx, q, ResultKind, sessionID); err != nil {
		return Result{}, err
	}
	r.Own = own(a, r.Activity.Unit.ID)
	if !r.Own && !readsStep(a, r.Steps) && !actor.Sight(a).Covers(r.Activity.Unit.ID, r.Activity.Unit.Place) {
		return Result{}, errSessionNotFound()
	}
	r.Begun = r.Session.Starts <= s.deps.Clock.Now()
	head, err := resultHead(ctx, q, sessionID)
	if err != nil {
		return Result{}, err
	}
	r.State, r.Version, r.accepted = head.state, head.version, head.accepted
	if r.Versions, err = listResultVersions(ctx, q, sessionID); err != nil {
		return Result{}, err
	}
	counts, err := s.counted(ctx, q, sessionID)
	r.Counted = counts[sessionID]
	return r, err
}

// readsStep tells whether a step is for the actor's unit.
func readsStep(a actor.Actor, steps []review.Step) bool {
	return slices.ContainsFunc(steps, func(step review.Step) bool { return a.IsStaff() && a.UnitID != "" && step.UnitID == a.UnitID })
}
