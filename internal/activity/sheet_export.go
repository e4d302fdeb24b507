package activity

import (
	"context"
	"io"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sheet"
	"openweek/internal/sqldb"
)

// WriteTemplate writes an empty workbook with the columns that Import reads.
func WriteTemplate(w io.Writer) (err error) {
	defer errs.Wrap(&err, "activity.WriteTemplate")
	return writeSheet(w, nil)
}

func writeSheet(w io.Writer, rows [][]any) error {
	heads := make([]sheet.Head, len(sheetColumns))
	for i, c := range sheetColumns {
		heads[i] = sheet.Head{Title: c.Titles[0]}
	}
	for _, extra := range []string{"单位", "状态"} {
		heads = append(heads, sheet.Head{Title: extra})
	}
	return sheet.Write(w, sheet.Book{Sheets: []sheet.Sheet{{Name: "活动", Columns: heads, Rows: sheet.RowsOf(rows...)}}})
}

// maxExport bounds an export, in activities: what a province has in a week.
const maxExport = 20000

// Export writes what FindEntered lists, all pages, a row for each session that was not cancelled, as an
// Excel file that Import reads again. What is published is written as the public reads it. Without an
// edition nothing is: names of methods and topics are an edition's.
//
// Errors: activity.edition_not_found, activity.export_many; those of FindEntered.
func (s *Service) Export(ctx context.Context, a actor.Actor, f Entered, w io.Writer) (err error) {
	defer errs.Wrap(&err, "activity.Export")
	where, err := f.where(a, true)
	if err != nil {
		return err
	}
	var rows [][]any
	count := 0
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		known, err := readFacts(ctx, q, f.EditionID)
		if err != nil {
			return err
		}
		items, err := listItems(ctx, q, where, maxExport+1)
		if err != nil {
			return err
		}
		if len(items) > maxExport {
			return errs.Invalid("activity.export_many", "limit", maxExport)
		}
		rows, count = nil, len(items)
		for _, item := range items {
			more, err := s.exportRows(ctx, q, known, item)
			if err != nil {
				return err
			}
			rows = append(rows, more...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "activity.export", Subject: "edition", SubjectID: f.EditionID, Count: count})
	})
	if err != nil {
		return err
	}
	return writeSheet(w, rows)
}

// exportRows gives the rows of one activity: one at least.
func (s *Service) exportRows(ctx context.Context, q sqldb.Querier, f facts, item Item) (rows [][]any, err error) {
	r, err := activityByID(ctx, q, item.ID)
	if err != nil {
		return nil, err
	}
	act, err := s.view(ctx, q, actor.TheSystem(), r)
	if err != nil {
		return nil, err
	}
	c, kind := act.Content, act.Form
	if r.published == 0 {
		c, kind = act.Draft.Content, act.Draft.Form
	}
	head := []any{c.Title, c.TitleEN, f.names[c.MethodID], f.listed(c.TopicIDs), kind.Title.Zh, c.Summary, string(c.Description), audienceList(c.Audience),
		first(modeWords[c.Mode]), c.Venue.Name, c.Venue.Address, c.Venue.Region, c.Link, c.Contact.Office, c.Contact.Phone, c.Safety, c.Access}
	tail := []any{act.Unit.Name, stateWord(act)}
	for _, one := range act.Sessions {
		if one.Cancelled() {
			continue
		}
		session := []any{one.Day(), hour(one.Starts), hour(one.Ends), nil, nil, nil, nil}
		if one.Bookable {
			session[3], session[4] = one.Capacity, one.PartyMax
		}
		if one.GroupMax > 0 {
			session[5], session[6] = one.GroupMin, one.GroupMax
		}
		rows = append(rows, append(append(append([]any{}, head...), session...), tail...))
	}
	if len(rows) == 0 {
		rows = append(rows, append(append(append([]any{}, head...), make([]any, 7)...), tail...))
	}
	return rows, nil
}

func (f facts) listed(ids []string) string {
	names := make([]string, len(ids))
	for i, itemID := range ids {
		names[i] = f.names[itemID]
	}
	return strings.Join(names, "；")
}

func audienceList(list []Audience) string {
	words := make([]string, len(list))
	for i, one := range list {
		words[i] = first(audienceWords[one])
	}
	return strings.Join(words, "；")
}

func first(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// hour is the local time HH:MM.
func hour(i clock.Instant) string { return i.Time().Format("15:04") }

// stateWord is what the list of an office says of an activity; see audienceWords for the language.
func stateWord(act Activity) string {
	switch {
	case act.State == Cancelled:
		return "已取消"
	case act.State == Published && act.Draft.State == DraftNone:
		return "已发布"
	case act.State == Published:
		return "已发布（变更中）"
	}
	return map[DraftState]string{DraftEditing: "草稿", DraftReview: "审核中", DraftReturned: "已退回", DraftDeclined: "不予通过"}[act.Draft.State]
}
