package host

import (
	"time"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/visit"
	"openweek/internal/web/ui"
)

// visitView begins a page about class visits below its list.
func (h *Host) visitView(r *httpx.Request, title string, crumbs ...ui.Crumb) ui.View {
	return h.Shell.View(r, title).Under(ui.Crumb{Href: "/desk", Text: r.T("nav.home")}).Under(crumbs...)
}

// visitParts are the pages that the reader has, as tabs: as a host, as a bureau and as a school.
func visitParts(v ui.View, current string) (tabs []ui.Tab) {
	add := func(may bool, href, text string) {
		if may {
			tabs = append(tabs, ui.Tab{Href: href, Text: text, Count: -1, Current: href == current})
		}
	}
	add(visit.Oversees(v.Actor), schoolsPath, v.T("visit.part_schools"))
	add(visit.Hosts(v.Actor), visitsPath+"?all=1", v.T("visit.part_host"))
	add(visit.Hosts(v.Actor), visitDaysPath, v.T("visit.part_calendar"))
	add(isSchool(v.Actor), ownVisitsPath, v.T("visit.part_own"))
	if len(tabs) < 2 {
		return nil
	}
	return tabs
}

// isSchool tells whether the reader's unit sends classes.
func isSchool(a actor.Actor) bool {
	return visit.Belongs(a) && (a.Place.Kind == actor.KindSchool || a.Place.Kind == actor.KindSecondaryVocational)
}

//i18n:prefix visit.word_
func visitWord(v ui.View, s visit.State) string { return v.T("visit.word_" + string(s)) }

func visitShape(s visit.State) ui.State {
	switch s {
	case visit.Confirmed:
		return ui.Accepted
	case visit.Pending:
		return ui.Sent
	case visit.Invited, visit.Waitlisted:
		return ui.Todo
	case visit.Accepted, visit.Offered:
		return ui.Drafting
	case visit.Declined, visit.Refused:
		return ui.Returned
	}
	return ui.Exempt
}

//i18n:prefix visit.transport_
//i18n:prefix visit.language_
func transportWord(v ui.View, t visit.Transport) string { return v.T("visit.transport_" + string(t)) }

func languageWord(v ui.View, l visit.Language) string { return v.T("visit.language_" + string(l)) }

// visitWhen is when a visit is, in full; visitShort for a narrow column.
func visitWhen(v ui.View, one visit.Visit) string {
	return i18n.Day(v.Locale, one.Starts.Day()) + " " + visitSpan(one.Starts, one.Ends)
}

func visitShort(v ui.View, starts, ends clock.Instant) string {
	return i18n.ShortDay(v.Locale, starts.Day()) + " " + visitSpan(starts, ends)
}

func visitSpan(starts, ends clock.Instant) string {
	return starts.Time().Format("15:04") + "–" + ends.Time().Format("15:04")
}

// waitingSince says how long a visit has been waiting for its host.
func waitingSince(v ui.View, one visit.Visit, now clock.Instant) string {
	return i18n.Elapsed(v.Locale, max(time.Minute, now.Sub(one.FilledAt)))
}

// until writes until when an invitation is open: a day is read more easily than the midnight after it.
func until(v ui.View, l visit.Allotment) string {
	if l.Deadline == l.LastDay().End() {
		return v.T("visit.until_day", "day", i18n.Day(v.Locale, l.LastDay()))
	}
	return i18n.Moment(v.Locale, l.Deadline)
}

// edition gets the edition of today; "" while there is none.
func (h *Host) edition(r *httpx.Request) (editionID string, err error) {
	current, err := h.Editions.Current(r.Context())
	if errs.Is(err, "edition.none_published") {
		return "", nil
	}
	return current.ID, err
}
