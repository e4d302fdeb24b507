package paper

import (
	"strings"

	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/i18n"
	"openweek/internal/message"
)

// told is the catalogue keys of a letter to a booker: the subject of a mail, what has happened and what to
// do, and the whole of an SMS.
type told struct{ subject, text, sms string }

// bookerLetters are the letters to bookers by why they are written.
var bookerLetters = map[booking.Untold]told{
	booking.UntoldOffered:   {"letter.offered_subject", "letter.offered_text", "letter.offered_sms"},
	booking.UntoldConfirmed: {"letter.confirmed_subject", "letter.confirmed_text", "letter.confirmed_sms"},
	booking.UntoldChanged:   {"letter.changed_subject", "letter.changed_text", "letter.changed_sms"},
	booking.UntoldMoved:     {"letter.moved_subject", "letter.moved_text", "letter.moved_sms"},
	booking.UntoldCancelled: {"letter.cancelled_subject", "letter.cancelled_text", "letter.cancelled_sms"},
	booking.UntoldDeclined:  {"letter.declined_subject", "letter.declined_text", "letter.declined_sms"},
	booking.UntoldLapsed:    {"letter.lapsed_subject", "letter.lapsed_text", "letter.lapsed_sms"},
	booking.UntoldWaits:     {"letter.back_subject", "letter.back_text", "letter.back_sms"},
	booking.UntoldAfar:      {"letter.afar_subject", "letter.afar_text", "letter.afar_sms"},
	booking.UntoldOnsite:    {"letter.onsite_subject", "letter.onsite_text", "letter.onsite_sms"},
	booking.UntoldNotice:    {"letter.notice_subject", "letter.notice_text", "letter.notice_sms"},
}

// bookedLetters are those of a first answer, by how the booking stands when it is written.
var bookedLetters = map[booking.Status]told{
	booking.Confirmed:  {"letter.booked_subject", "letter.booked_text", "letter.booked_sms"},
	booking.Waitlisted: {"letter.waits_subject", "letter.waits_text", "letter.waits_sms"},
	booking.Pending:    {"letter.pending_subject", "letter.pending_text", "letter.pending_sms"},
}

// toldOf chooses the letter. Who was to be told of a booking that is an offer by now reads of the offer.
func toldOf(b booking.Letter) told {
	switch {
	case b.Offered() && b.Tell != booking.UntoldNotice:
		return bookerLetters[booking.UntoldOffered]
	case b.Tell == booking.UntoldBooked, b.Tell == booking.UntoldChanged && b.Status != booking.Confirmed:
		return bookedLetters[b.Status]
	}
	return bookerLetters[b.Tell]
}

// What a name may take of an SMS: one part holds 70 characters (3GPP TS 23.038, UCS-2).
const (
	maxShortTitle = 18
	maxShortPlace = 12
)

// Booking writes a letter to a booker for a channel. Each says all that there is to say, with the link by
// which the booking is read, changed and cancelled.
func (l Letters) Booking(b booking.Letter, channel message.Channel) message.Text {
	locale := i18n.Match(b.Locale, "")
	k := toldOf(b)
	c := b.Activity.Content
	title, _ := i18n.Pick(locale, c.Title, c.TitleEN)
	title = oneLine(title)
	place := oneLine(c.Venue.Name)
	if c.Mode == activity.Online || b.Afar || place == "" {
		place = i18n.T(locale, "letter.online")
	}
	link := strings.TrimRight(l.PublicURL, "/") + "/bookings/m/" + b.Token
	args := []any{
		"name", oneLine(b.Contact.Name), "party", b.Party, "code", shownCode(b.Code), "position", b.Position, "until", moment(locale, b.OfferUntil),
		"reason", strings.TrimRight(oneLine(b.Session.CancelReason), "。."), "words", b.Notice, "waits", b.Status == booking.Waitlisted, "link", link, "phone", oneLine(c.Contact.Phone),
	}
	if channel != message.Mail {
		args = append(args, "title", cut(title, maxShortTitle), "place", cut(place, maxShortPlace), "when", moment(locale, b.Session.Starts))
		return message.Text{Body: i18n.T(locale, k.sms, args...)}
	}
	args = append(args, "title", title, "place", place, "when", span(locale, b.Session.Starts, b.Session.Ends))
	body := []string{
		i18n.T(locale, "letter.greeting", args...),
		i18n.T(locale, k.text, args...),
		l.facts(locale, b, args),
	}
	if b.Status == booking.Cancelled {
		body = append(body, i18n.T(locale, "letter.link_over", args...))
	} else {
		body = append(body, i18n.T(locale, "letter.link_manage", args...))
	}
	if c.Contact.Phone != "" {
		body = append(body, i18n.T(locale, "letter.ask", args...))
	}
	return mail(locale, cut(i18n.T(locale, k.subject, append(args, "title", cut(title, maxSubjectMatter))...), maxSubject), body)
}

// facts are the lines of a mail that a booker looks for again.
func (l Letters) facts(locale i18n.Locale, b booking.Letter, args []any) string {
	c := b.Activity.Content
	host, hostEN := b.Activity.HostName()
	shown, _ := i18n.Pick(locale, host, hostEN)
	lines := []string{i18n.T(locale, "letter.fact_activity", args...), i18n.T(locale, "letter.fact_when", args...)}
	if c.Mode != activity.Online && !b.Afar && c.Venue.Name != "" {
		lines = append(lines, i18n.T(locale, "letter.fact_where", append(args, "address", oneLine(c.Venue.Address))...))
	}
	if (c.Mode != activity.OnSite || b.Afar) && c.Link != "" && b.Status == booking.Confirmed {
		lines = append(lines, i18n.T(locale, "letter.fact_online", "address", c.Link))
	}
	lines = append(lines, i18n.T(locale, "letter.fact_host", "host", oneLine(shown)), i18n.T(locale, "letter.fact_party", args...))
	if b.Status == booking.Waitlisted {
		lines = append(lines, i18n.T(locale, "letter.fact_position", args...))
	}
	return strings.Join(append(lines, i18n.T(locale, "letter.fact_code", args...)), "\n")
}

// shownCode parts a code as people read it aloud: ABCD-EFGH.
func shownCode(code string) string {
	if len(code) != 8 {
		return code
	}
	return code[:4] + "-" + code[4:]
}

// moment writes 7月20日9:00 or “20 Jul, 9:00”: short, as in an SMS. The year is that of the week.
func moment(l i18n.Locale, at clock.Instant) string {
	if at.IsZero() {
		return ""
	}
	return i18n.T(l, "letter.moment", "day", i18n.ShortDay(l, at.Day()), "time", at.Time().Format("15:04"))
}

// span writes from when to when a session takes place.
func span(l i18n.Locale, from, to clock.Instant) string {
	if from.Day() == to.Day() {
		return i18n.T(l, "letter.span", "day", i18n.Day(l, from.Day()), "from", from.Time().Format("15:04"), "to", to.Time().Format("15:04"))
	}
	return i18n.T(l, "letter.span_days", "from", i18n.Moment(l, from), "to", i18n.Moment(l, to))
}
