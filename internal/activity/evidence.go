package activity

import (
	"context"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/sqldb"
)

// evidenceOf gives the kinds of evidence, as the notice's hints name them, that an activity is: its
// method, its form, and what §三 calls by another name.
func evidenceOf(methodCode, formCode string, mode Mode) []string {
	kinds := []string{methodCode, formCode}
	switch formCode {
	case form.SharingTalk: // 团组织的分享活动 (§三.4), 大国工匠、劳模进校园 (§三.4, §三.5)
		kinds = append(kinds, "league_talk", "craftsmen_on_campus")
	case form.OpenCampus: // 组织中小学生参观职业院校 (§三.4)
		kinds = append(kinds, "pupil_visit")
	}
	if mode != OnSite { // 线上主题活动 (§三.4)
		kinds = append(kinds, "online_activity")
	}
	return kinds
}

// proveTx lets a session that was held discharge what its unit owes by evidence, as of its end: what is
// owed is that it is held, not that it is reported in time.
func (s *Service) proveTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, r row, one Session) error {
	var method, kind string
	var mode Mode
	if err := tx.QueryRow(ctx, kindsOf, r.ID).Scan(&method, &kind, &mode); err != nil {
		return err
	}
	at := min(one.Ends, s.deps.Clock.Now())
	_, err := s.deps.Duties.EvidenceTx(ctx, tx, a, r.EditionID, r.Unit.ID, evidenceOf(method, kind, mode), r.ID, at)
	return err
}

// Proof is an activity that stands behind a duty.
type Proof struct {
	Item
	At clock.Instant // when it was held first
}

// Evidence lists the activities that stand behind a duty of the ledger, the first first. Errors:
// duty.not_found.
func (s *Service) Evidence(ctx context.Context, a actor.Actor, dutyID string) (list []Proof, err error) {
	defer errs.Wrap(&err, "activity.Evidence(%s)", shorten(dutyID))
	counted, err := s.deps.Duties.Evidence(ctx, a, dutyID)
	if err != nil || len(counted) == 0 {
		return nil, err
	}
	ids := make([]string, len(counted))
	for i, c := range counted {
		ids[i] = c.SubjectID
	}
	items, err := listItems(ctx, s.deps.DB, among(ids), len(ids))
	if err != nil {
		return nil, err
	}
	for _, c := range counted {
		if i := slices.IndexFunc(items, func(one Item) bool { return one.ID == c.SubjectID }); i >= 0 {
			list = append(list, Proof{items[i], c.At})
		}
	}
	return list, nil
}
