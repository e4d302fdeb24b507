package portal

import (
	"slices"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/search"
	"openweek/internal/web/ui"
)

// present is an edition with the words by which its activities are shown to one reader.
type present struct {
	edition.Face
	atlas
	locale i18n.Locale
	now    clock.Instant
}

// present gives the edition of today. Errors: edition.none_published.
func (p *Portal) present(r *httpx.Request) (w present, err error) {
	current, err := p.Editions.Current(r.Context())
	if err != nil {
		return present{}, err
	}
	return p.presentOf(r, current.ID)
}

// presentOf gives an edition that the public may see. Errors: edition.not_found.
func (p *Portal) presentOf(r *httpx.Request, editionID string) (w present, err error) {
	w = present{locale: r.Locale, now: p.Clock.Now()}
	if w.Face, err = p.public(r.Context(), editionID); err != nil {
		return present{}, err
	}
	w.atlas, err = p.atlas(r.Context(), w.Territory)
	return w, err
}

func (w present) today() clock.Day { return w.now.Day() }

// during tells whether today is one of the days of the week.
func (w present) during() bool { return w.Start != "" && w.Start <= w.today() && w.today() <= w.End }

// ahead is the day from which the week is shown to somebody who has not asked for days: what is over is
// looked for on purpose.
func (w present) ahead() clock.Day {
	if w.during() && w.today() > w.Start {
		return w.today()
	}
	return ""
}

func (w present) method(itemID string) (edition.Item, bool) { return itemBy(w.Methods, itemID) }

func (w present) topic(itemID string) (edition.Item, bool) { return itemBy(w.Topics, itemID) }

func itemBy(list []edition.Item, itemID string) (edition.Item, bool) {
	i := slices.IndexFunc(list, func(one edition.Item) bool { return one.ID == itemID })
	if i < 0 {
		return edition.Item{}, false
	}
	return list[i], true
}

// day names a day without its year, with its weekday.
func (w present) day(d clock.Day) string {
	return i18n.T(w.locale, "find.day", "day", i18n.ShortDay(w.locale, d), "weekday", ui.Weekday(w.locale, d))
}

//i18n:prefix find.mode_
func (w present) mode(m activity.Mode) string { return i18n.T(w.locale, "find.mode_"+string(m)) }

//i18n:prefix activity.audience_
func (w present) audience(a activity.Audience) string {
	return i18n.T(w.locale, "activity.audience_"+string(a))
}

// rows are activities as a list shows them. from and to are the days that were chosen; what stands outside
// of them says nothing about whether one can come.
func (w present) rows(items []activity.PublicItem, from, to clock.Day) []row {
	rows := make([]row, len(items))
	for i, item := range items {
		rows[i] = w.row(item, from, to)
		rows[i].NewDay = i == 0 || item.Day != items[i-1].Day
	}
	return rows
}

func (w present) row(item activity.PublicItem, from, to clock.Day) row {
	method, _ := w.method(item.MethodID)
	host, hostEN := item.HostName()
	r := row{
		Href: activityHref(item.ID), Day: item.Day, Method: ui.Named{Name: method.Name, NameEN: method.NameEN},
		Title: w.marked(item.Title, item.TitleEN, item.Found.Title), Summary: w.marked(item.Summary, item.SummaryEN, item.Found.Summary),
		Host: ui.Named{Name: host, NameEN: hostEN}, Place: w.full(item.Venue.Region), Distance: w.distance(item.Distance),
	}
	if item.Mode != activity.OnSite {
		r.Mode = w.mode(item.Mode)
	}
	var held []activity.Session // on the day of the row
	var chosen []activity.Session
	for _, s := range item.Sessions {
		first, last := s.Day(), (s.Ends - 1).Day()
		if first <= item.Day && item.Day <= last {
			held = append(held, s)
		}
		if last >= from && (to == "" || first <= to) {
			chosen = append(chosen, s)
		}
	}
	if len(held) > 0 {
		r.Time = w.span(held[0], item.Day)
	}
	if n := len(item.Sessions) - 1; n > 0 {
		r.More = i18n.T(w.locale, "find.more_sessions", "count", n)
	}
	r.Seats = w.seats(chosen)
	return r
}

// span writes when a session is held on a day: 9:00–11:00, or from one day to another.
func (w present) span(s activity.Session, day clock.Day) string {
	from, until := s.Starts.Time().Format("15:04"), s.Ends.Time().Format("15:04")
	last := (s.Ends - 1).Day()
	if until == "00:00" {
		until = "24:00"
	}
	switch {
	case s.Day() == last:
		return from + "–" + until
	case day == s.Day():
		return i18n.T(w.locale, "find.until_day", "from", from, "day", i18n.ShortDay(w.locale, last))
	default:
		return i18n.T(w.locale, "find.since_day", "from", i18n.ShortDay(w.locale, s.Day()), "day", i18n.ShortDay(w.locale, last))
	}
}

// few is how many seats are soon gone.
const few = 5

// seats sums up whether somebody can come to one of some sessions.
func (w present) seats(list []activity.Session) seats {
	left := int64(0)
	reasons := map[activity.Reason]bool{}
	var opens clock.Instant
	for _, s := range list {
		a := s.Availability(w.now)
		reasons[a.Reason] = true
		switch a.Reason {
		case activity.SeatsLeft:
			left += a.Left
		case activity.NotYetOpen:
			if opens == 0 || a.Opens < opens {
				opens = a.Opens
			}
		}
	}
	switch {
	case left > few:
		return seats{i18n.T(w.locale, "find.seats_left", "count", left), "left"}
	case left > 0:
		return seats{i18n.T(w.locale, "find.seats_left", "count", left), "few"}
	case reasons[activity.FreeEntry]:
		return seats{i18n.T(w.locale, "find.seats_free"), "free"}
	case reasons[activity.NotYetOpen]:
		return seats{i18n.T(w.locale, "find.seats_from", "day", i18n.ShortDay(w.locale, opens.Day())), "free"}
	case reasons[activity.SeatsGone]:
		return seats{i18n.T(w.locale, "find.seats_full"), "full"}
	case reasons[activity.WasClosed]:
		return seats{i18n.T(w.locale, "find.seats_closed"), "full"}
	case reasons[activity.IsOver]:
		return seats{i18n.T(w.locale, "find.seats_over"), "over"}
	}
	return seats{}
}

// distance writes how far away something is. A position is known to some hundred metres only.
func (w present) distance(metres int) string {
	switch {
	case metres < 0:
		return ""
	case metres < 500:
		return i18n.T(w.locale, "find.distance_close")
	case metres < 10_000:
		return i18n.T(w.locale, "find.distance", "km", float64((metres+250)/500)/2)
	}
	return i18n.T(w.locale, "find.distance", "km", (metres+500)/1000)
}

// marked cuts a text at what the search has found in it. The English text is not searched by its parts.
func (w present) marked(text, textEN string, hits []search.Range) marked {
	if text == "" {
		return marked{}
	}
	shown, lang := i18n.Pick(w.locale, text, textEN)
	if shown != text {
		return marked{Parts: []part{{Text: shown}}, Lang: lang}
	}
	m := marked{Lang: lang}
	runes, at := []rune(text), 0
	for _, h := range hits {
		if h.Start > at {
			m.Parts = append(m.Parts, part{Text: string(runes[at:h.Start])})
		}
		m.Parts = append(m.Parts, part{Text: string(runes[h.Start:h.End]), Hit: true})
		at = h.End
	}
	if at < len(runes) {
		m.Parts = append(m.Parts, part{Text: string(runes[at:])})
	}
	return m
}

func activityHref(activityID string) string { return listPath + "/" + activityID }
