package edition

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Verify looks for notices whose text is not the one that was uploaded, and for editions that
// contradict themselves. It returns nil, or all that it found, joined.
func Verify(ctx context.Context, q sqldb.Querier) (err error) {
	defer errs.Wrap(&err, "edition.Verify")
	notices, err := sqldb.List(ctx, q, func(row *sql.Rows) (id string, err error) { return id, row.Scan(&id) }, listNoticeIDs)
	if err != nil {
		return err
	}
	var found []error
	kinds := map[string]Notice{}
	for _, noticeID := range notices {
		n, err := noticeByID(ctx, q, noticeID)
		if err != nil {
			found = append(found, err)
			continue
		}
		if hashOf(n.Text) != n.TextHash {
			found = append(found, fmt.Errorf("notice %s: the text has not the hash it was uploaded with", n.ID))
		}
		n.Text, n.Draft = "", Draft{}
		kinds[n.ID] = n
	}
	strays, err := sqldb.List(ctx, q, func(row *sql.Rows) (id string, err error) { return id, row.Scan(&id) }, strayNumbers)
	if err != nil {
		return err
	}
	for _, noticeID := range strays {
		found = append(found, fmt.Errorf("notice %s: its number is not reserved for it", noticeID))
	}
	crossed, err := sqldb.List(ctx, q, func(row *sql.Rows) (id string, err error) { return id, row.Scan(&id) }, crossedAudiences)
	if err != nil {
		return err
	}
	for _, audienceID := range crossed {
		found = append(found, fmt.Errorf("audience %s: its obligation or group belongs to another edition", audienceID))
	}
	editions, err := listEditions(ctx, q, &sqldb.Where{})
	if err != nil {
		return err
	}
	for _, summary := range editions {
		e, err := loadEdition(ctx, q, summary.ID)
		if err != nil {
			found = append(found, err)
			continue
		}
		for _, problem := range e.contradictions(kinds) {
			found = append(found, fmt.Errorf("edition %s: %s", e.ID, problem))
		}
	}
	return errors.Join(found...)
}

// contradictions lists what cannot be, in plain words.
func (e Edition) contradictions(notices map[string]Notice) (list []string) {
	say := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if n, ok := notices[e.NoticeID]; e.NoticeID != "" && (!ok || n.Kind != Original || n.Territory != e.Territory) {
		say("its notice is no original of its territory")
	}
	if bad := e.Summary.check(); len(bad) > 0 {
		say("%s on %s", bad[0].Key, bad[0].Field)
	}
	if e.Status != StatusDraft && (e.ReadHash == "" || len(e.ready()) > 0) {
		say("it was published without what publishing needs")
	}
	for _, a := range e.Addressees {
		if !a.sound() {
			say("addressee %s is unresolved and has units", a.ID)
		}
	}
	for _, o := range e.Obligations {
		if bad := o.check(); len(bad) > 0 {
			say("obligation %s: %s on %s", o.ID, bad[0].Key, bad[0].Field)
		}
		for _, a := range o.Audiences {
			if !a.sound() {
				say("audience %s is unresolved and has units", a.ID)
			}
		}
	}
	for _, t := range e.LocalThemes {
		if !actor.RegionWithin(t.Region, e.Territory) || regionTier(t.Region) != actor.TierPrefecture {
			say("local theme of %s, which is no prefecture of it", t.Region)
		}
	}
	due := map[string]clock.Day{}
	for i, m := range e.Amendments {
		if n, ok := notices[m.NoticeID]; !ok || n.Kind != Amending || n.Territory != e.Territory {
			say("amendment %d: its notice is no amending one of its territory", m.Ordinal)
		}
		if m.Ordinal != i+1 || i > 0 && (m.OldStart != e.Amendments[i-1].NewStart || m.OldEnd != e.Amendments[i-1].NewEnd) {
			say("amendment %d does not follow the one before", m.Ordinal)
		}
		for _, d := range m.Dues {
			if before, ok := due[d.ObligationID]; ok && before != d.Old {
				say("amendment %d moves obligation %s from another day", m.Ordinal, d.ObligationID)
			}
			due[d.ObligationID] = d.New
		}
	}
	if n := len(e.Amendments); n > 0 && (e.Start != e.Amendments[n-1].NewStart || e.End != e.Amendments[n-1].NewEnd) {
		say("its dates are not those of its last amendment")
	}
	for _, obligationID := range slices.Sorted(maps.Keys(due)) {
		if o, ok := e.Obligation(obligationID); !ok || o.Due != due[obligationID] {
			say("obligation %s is not due on the day of its last amendment", obligationID)
		}
	}
	return list
}

// sound tells whether an unresolved phrase obliges nobody.
func (a Audience) sound() bool { return a.Resolved || len(a.Scopes) == 0 && a.GroupID == "" }
