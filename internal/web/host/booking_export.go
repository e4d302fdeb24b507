package host

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/errs"
	"openweek/internal/export"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/sheet"
	"openweek/internal/web/ui"
)

// BookingBooks writes the bookings of a session as a workbook, a row for each. It is the maker of exports of
// the kind ExportBookings.
type BookingBooks struct{ Bookings *booking.Service }

// ExportBookings is the kind of export; its subject is a session.
const ExportBookings = "bookings"

// exportAtOnce is how many bookings are written while somebody waits; more are made as a job.
const exportAtOnce = 2000

const excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" // ECMA-376

var _ export.Maker = BookingBooks{}

// errEnough ends an export whose reader wants no more rows.
var errEnough = errors.New("host: enough rows")

// Make implements export.Maker. Errors: those of booking.Export.
func (b BookingBooks) Make(ctx context.Context, a actor.Actor, r export.Request, w io.Writer, progress func(done, total int) error) (err error) {
	defer errs.Wrap(&err, "host.BookingBooks.Make(%s)", r.SubjectID)
	s, err := b.Bookings.HostSession(ctx, a, r.SubjectID)
	if err != nil {
		return err
	}
	rule, err := b.Bookings.PublicRule(ctx, s.ActivityID)
	if err != nil {
		return err
	}
	v := ui.View{Locale: i18n.Locale(r.Locale)}
	rows := func(yield func([]any, error) bool) {
		err := b.Bookings.Export(ctx, a, booking.ExportOf{SessionID: r.SubjectID}, progress, func(h booking.HostSession, one booking.HostBooking) error {
			if !yield(exportRow(v, rule, one), nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(nil, err)
		}
	}
	heads := []sheet.Head{
		{Title: v.T("host.turn"), Width: 8}, {Title: v.T("host.code"), Width: 12}, {Title: v.T("host.state"), Width: 12}, {Title: v.T("host.name"), Width: 14}, {Title: v.T("host.phone"), Width: 18},
		{Title: v.T("host.mail"), Width: 24}, {Title: v.T("host.party"), Width: 8}, {Title: v.T("host.group"), Width: 8}, {Title: v.T("host.source"), Width: 12}, {Title: v.T("host.made"), Width: 18},
	}
	for _, q := range rule.Questions {
		label, _ := i18n.Pick(v.Locale, q.Label, q.LabelEN)
		heads = append(heads, sheet.Head{Title: label, Width: 24})
	}
	return sheet.Write(w, sheet.Book{Sheets: []sheet.Sheet{{Name: v.T("host.bookings"), Title: bookedTitle(v, s), Columns: heads, Rows: rows}}})
}

// exportRow is a booking in clear. What people typed is text in a workbook, never a formula.
func exportRow(v ui.View, rule booking.Rule, b booking.HostBooking) []any {
	group := ""
	if b.Group {
		group = v.T("host.yes")
	}
	row := []any{b.Turn, codeWords(b.Code), statusWord(v, bookingState(b.Booking)), b.Contact.Name, b.Contact.Phone, b.Contact.Mail, b.Party, group, sourceWord(v, b.Source), b.CreatedAt}
	answers, err := booking.ShowAnswers(rule.Questions, b.Answers)
	if err != nil {
		return row
	}
	for _, a := range answers[:min(len(answers), len(rule.Questions))] {
		text, _ := i18n.Pick(v.Locale, a.Text, a.TextEN)
		switch {
		case !a.Given:
			text = ""
		case a.Type == booking.AskYesNo && a.Yes:
			text = v.T("host.yes")
		case a.Type == booking.AskYesNo:
			text = v.T("host.no")
		}
		row = append(row, text)
	}
	return row
}

// getExport says what an export is and that the log tells of it.
func (h *Host) getExport(w http.ResponseWriter, r *httpx.Request) error {
	s, err := h.hostedSession(r)
	if err != nil {
		return err
	}
	n, err := h.Bookings.CountExport(r.Context(), r.Actor, booking.ExportOf{SessionID: s.ID})
	if err != nil {
		return err
	}
	v := h.bookingView(r, r.T("host.export"), &s)
	c := ui.Confirmation{Title: v.Title, Says: []string{v.T("host.export_says", "count", n), v.T("host.export_logged")}, Action: bookedPath(s.ID) + "/export", Submit: v.T("host.export_do"), Back: bookedPath(s.ID)}
	return ui.Render(w, r, http.StatusOK, askPage(v, c, nil))
}

// postExport gives the bookings of a session as a workbook, many of them as a job.
func (h *Host) postExport(w http.ResponseWriter, r *httpx.Request) error {
	s, err := h.hostedSession(r)
	if err != nil {
		return err
	}
	n, err := h.Bookings.CountExport(r.Context(), r.Actor, booking.ExportOf{SessionID: s.ID})
	if err != nil {
		return err
	}
	name := r.T("host.bookings") + "-" + strings.ReplaceAll(string(s.Day()), "-", "") + "-" + strings.ReplaceAll(hourOf(s.Starts), ":", "") + ".xlsx"
	ask := export.Request{Kind: ExportBookings, SubjectID: s.ID, Locale: string(r.Locale), Name: name}
	if n > exportAtOnce {
		e, err := h.Exports.Ask(r.Context(), r.Actor, ask)
		if err != nil {
			return err
		}
		return httpx.Redirect(w, r, "/desk/exports/"+e.ID, bookingsPath)
	}
	var body bytes.Buffer
	if err := (BookingBooks{h.Bookings}).Make(r.Context(), r.Actor, ask, &body, func(int, int) error { return nil }); err != nil {
		return err
	}
	return httpx.WriteFile(w, r, name, excel, body.Bytes())
}
