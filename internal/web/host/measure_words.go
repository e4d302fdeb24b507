package host

import (
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/measure"
	"openweek/internal/web/ui"
)

func pickName(v ui.View, name, nameEN string) (shown, lang string) {
	return i18n.Pick(v.Locale, name, nameEN)
}

//i18n:prefix measure.cause_
func causeOptions(v ui.View) (list []ui.Option) {
	for _, c := range measure.Causes {
		list = append(list, ui.Option{Value: string(c), Text: causeWord(v, c)})
	}
	return list
}

func causeWord(v ui.View, c measure.Cause) string { return v.T("measure.cause_" + string(c)) }

// staysAsPlanned is measure.OnsiteStays as the form sends it: a radio button needs a value.
const staysAsPlanned = "stays"

func onsiteValue(o measure.Onsite) string {
	if o == measure.OnsiteStays {
		return staysAsPlanned
	}
	return string(o)
}

func onsiteOptions(v ui.View) []ui.Option {
	return []ui.Option{
		{Value: staysAsPlanned, Text: v.T("measure.onsite_stays"), Help: v.T("measure.onsite_stays_help")},
		{Value: string(measure.OnsiteAfar), Text: v.T("measure.onsite_online"), Help: v.T("measure.onsite_online_help")},
		{Value: string(measure.OnsiteOff), Text: v.T("measure.onsite_off"), Help: v.T("measure.onsite_off_help")},
	}
}

// measureTitle names an order by its region and cause.
func measureTitle(r *httpx.Request, p measureOne) string {
	name, _ := i18n.Pick(r.Locale, p.Region.Name, p.Region.NameEN)
	return r.T("measure.name", "region", name, "cause", r.T("measure.cause_"+string(p.Cause)))
}

// measureDays says for which days an order holds.
func measureDays(v ui.View, d measure.Draft) string {
	switch {
	case d.Last == "":
		return v.T("measure.days_open", "first", i18n.Day(v.Locale, d.First))
	case d.First == d.Last:
		return i18n.Day(v.Locale, d.First)
	}
	return v.T("measure.days", "first", i18n.Day(v.Locale, d.First), "last", i18n.Day(v.Locale, d.Last))
}

// asksFor says what is ordered, one thing each.
func asksFor(v ui.View, d measure.Draft) (list []string) {
	if d.CapPercent < 100 {
		list = append(list, v.T("measure.asks_percent", "percent", d.CapPercent))
	}
	if d.Contact {
		list = append(list, v.T("measure.asks_contact"))
	}
	switch d.Onsite {
	case measure.OnsiteAfar:
		list = append(list, v.T("measure.asks_online"))
	case measure.OnsiteOff:
		list = append(list, v.T("measure.asks_off"))
	case measure.OnsiteStays:
	}
	if d.Advice != "" {
		list = append(list, v.T("measure.asks_advice"))
	}
	return list
}

// effectFigure is a number of what an order does.
type effectFigure struct{ Label, Value, Note string }

// effectFigures are the numbers of what an order does or has done.
func effectFigures(v ui.View, e measure.Effect) []effectFigure {
	people := func(parties, people int64) string {
		if parties == 0 {
			return ""
		}
		return v.T("measure.people", "parties", parties, "people", people)
	}
	list := []effectFigure{{v.T("measure.sessions"), digits(e.Sessions), ""}}
	if e.Capped > 0 {
		list = append(list, effectFigure{v.T("measure.seats"), digits(e.Seats), v.T("measure.of_sessions", "count", e.Capped)},
			effectFigure{v.T("measure.cut"), digits(e.CutParties), v.T("measure.for_people", "people", e.CutPeople)})
	}
	if e.Online > 0 {
		list = append(list, effectFigure{v.T("measure.online"), digits(e.Online), people(e.OnlineParties, e.OnlinePeople)})
	}
	if e.Cancelled > 0 {
		list = append(list, effectFigure{v.T("measure.cancelled"), digits(e.Cancelled), people(e.OffParties, e.OffPeople)})
	}
	return append(list, effectFigure{v.T("measure.told"), digits(e.Told()), ""})
}

// effectSays says what an order will do, in sentences.
func effectSays(v ui.View, p measureForm) (says []string) {
	e := p.Effect
	if e.Sessions == 0 {
		return []string{v.T("measure.does_nothing")}
	}
	if e.Capped > 0 {
		says = append(says, v.T("measure.does_cap", "sessions", e.Capped, "seats", e.Seats))
	}
	if e.CutParties > 0 {
		says = append(says, v.T("measure.does_cut", "parties", e.CutParties, "people", e.CutPeople))
	}
	if e.Online > 0 {
		says = append(says, v.T("measure.does_online", "sessions", e.Online, "parties", e.OnlineParties, "people", e.OnlinePeople))
	}
	if e.Cancelled > 0 {
		says = append(says, v.T("measure.does_off", "sessions", e.Cancelled, "parties", e.OffParties, "people", e.OffPeople))
	}
	if e.Written > 0 {
		says = append(says, v.T("measure.does_write", "count", e.Written))
	}
	if e.Called > 0 {
		key := "measure.does_call"
		if !p.Writes {
			key = "measure.does_call_all"
		}
		says = append(says, v.T(key, "count", e.Called))
	}
	if e.Quiet() {
		says = append(says, v.T("measure.does_say"))
	}
	if p.Draft.Contact {
		says = append(says, v.T("measure.does_contact"))
	}
	return says
}

// endSays says what happens when an order ends.
func endSays(v ui.View, m measure.Measure) (says []string) {
	if m.CapPercent < 100 {
		says = append(says, v.T("measure.end_seats"))
	}
	if m.Onsite != measure.OnsiteStays {
		says = append(says, v.T("measure.end_sessions"))
	}
	if len(says) == 0 {
		says = append(says, v.T("measure.end_words"))
	}
	return append(says, v.T("measure.end_others"))
}

// effectLine is what an order has done, in one line of a list.
func effectLine(v ui.View, e measure.Effect) string {
	switch {
	case e.Cancelled > 0:
		return v.T("measure.line_off", "sessions", e.Cancelled, "people", e.OffPeople)
	case e.Online > 0:
		return v.T("measure.line_online", "sessions", e.Online, "people", e.OnlinePeople)
	case e.Capped > 0:
		return v.T("measure.line_cap", "sessions", e.Capped, "seats", e.Seats, "people", e.CutPeople)
	}
	return v.T("measure.line_sessions", "sessions", e.Sessions)
}
