package audit

import (
	"context"
	"encoding/base64"
	"iter"
	"strconv"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Filter chooses entries; an empty field does not restrict.
type Filter struct {
	PersonID string // who did it
	UnitID   string // the unit that it concerns
	// Action is one action, "login.fail", or with a dot at its end all of an area, "login.".
	Action string
	// Subject is the kind of thing and SubjectID the thing.
	Subject, SubjectID string
	// Addr is a network address; it finds entries that hold its digest, too.
	Addr string
	// From and To are days in Shanghai, both included.
	From, To clock.Day
	// After is a Page.Next.
	After string
	// Limit is the size of the page, at most 200; 0 takes 50.
	Limit int
}

// Page is a page of entries, the newest first.
type Page struct {
	Records []Record
	Next    string // Filter.After of the next page; "" on the last
}

const (
	pageSize    = 50
	maxPageSize = 200
	exportPage  = 1000
)

// Find searches the log. It needs actor.AuditRead, which covers the log of all units.
//
// Errors: audit.forbidden (Forbidden); audit.filter (Invalid) on field "from", "to", "addr" or "after".
func (l *Log) Find(ctx context.Context, a actor.Actor, f Filter) (page Page, err error) {
	defer errs.Wrap(&err, "audit.Find")
	where, err := l.where(a, f)
	if err != nil {
		return Page{}, err
	}
	limit := min(f.Limit, maxPageSize)
	if limit <= 0 {
		limit = pageSize
	}
	return l.page(ctx, where, limit)
}

func (l *Log) page(ctx context.Context, where *sqldb.Where, limit int) (Page, error) {
	query, args := where.Apply(findEntries, limit+1)
	list, err := sqldb.List(ctx, l.db, scanRecord, query, args...)
	if err != nil {
		return Page{}, err
	}
	page := Page{Records: list}
	if len(list) > limit {
		page.Records = list[:limit]
		page.Next = cursor(list[limit-1])
	}
	return page, nil
}

// Export records that the actor exports what the filter finds, with the number of entries, and then
// gives them, the newest first, as they stood then. Paging of the filter is ignored.
//
// Errors as of Find; while iterating, those of the store.
func (l *Log) Export(ctx context.Context, a actor.Actor, f Filter) (records iter.Seq2[Record, error], err error) {
	defer errs.Wrap(&err, "audit.Export")
	// From a place that no entry has: what is recorded from here on, the export itself first, comes after it.
	f.After = cursor(Record{At: l.clock.Now(), ID: id.New()})
	where, err := l.where(a, f)
	if err != nil {
		return nil, err
	}
	query, args := where.Apply(countEntries)
	err = l.db.Write(ctx, func(tx *sqldb.Tx) error {
		var count int
		if err := tx.QueryRow(ctx, query, args...).Scan(&count); err != nil {
			return err
		}
		return l.RecordTx(ctx, tx, a, Entry{Action: "audit.export", Fields: f.used(), Count: count})
	})
	if err != nil {
		return nil, err
	}
	return func(yield func(Record, error) bool) {
		for {
			page, err := l.page(ctx, where, exportPage)
			if err != nil {
				yield(Record{}, err)
				return
			}
			for _, r := range page.Records {
				if !yield(r, nil) {
					return
				}
			}
			if page.Next == "" {
				return
			}
			f.After = page.Next
			if where, err = l.where(a, f); err != nil {
				yield(Record{}, err)
				return
			}
		}
	}, nil
}

// used names the fields of the filter that restrict, for the entry about an export.
func (f Filter) used() (names []string) {
	for _, field := range []struct{ name, value string }{
		{"person_id", f.PersonID}, {"unit_id", f.UnitID}, {"action", f.Action}, {"subject", f.Subject},
		{"subject_id", f.SubjectID}, {"addr", f.Addr}, {"from", string(f.From)}, {"to", string(f.To)},
	} {
		if field.value != "" {
			names = append(names, field.name)
		}
	}
	return names
}

// cursor is the place of a record in the order of Find.
func cursor(r Record) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(int64(r.At), 10) + " " + r.ID))
}

func parseCursor(s string) (at clock.Instant, entryID string, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return 0, "", false
	}
	text, entryID, _ := strings.Cut(string(raw), " ")
	n, err := strconv.ParseInt(text, 10, 64)
	return clock.Instant(n), entryID, err == nil && id.Valid(entryID)
}
