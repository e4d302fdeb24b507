package app

import (
	"context"
	"log/slog"
	"net/url"
	"time"

	"openweek/internal/booking"
	"openweek/internal/calendar"
	"openweek/internal/clock"
	"openweek/internal/config"
	"openweek/internal/courier"
	"openweek/internal/errs"
	"openweek/internal/message"
	"openweek/internal/paper"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

// Post is how letters leave the product. The zero Post sends none.
type Post struct {
	Base     string // the product's address for the links in letters, without a slash at its end
	Carriers map[message.Channel]courier.Carrier
	Log      *slog.Logger
}

func (p Post) host() string {
	u, err := url.Parse(p.Base)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// openPost opens the configured ways out. Errors are those of courier.OpenSMTP and courier.OpenHTTP.
func openPost(c config.Post, base string, log *slog.Logger) (Post, error) {
	p := Post{Base: base, Carriers: map[message.Channel]courier.Carrier{}, Log: log}
	if c.SMTP != "" {
		server, err := courier.OpenSMTP(c.SMTP, c.MailFrom)
		if err != nil {
			return Post{}, err
		}
		p.Carriers[message.Mail] = server
	}
	for channel, gateway := range map[message.Channel]courier.HTTPOptions{
		// WeCom and DingTalk answer 200 to everything and "errcode":0 to what they take.
		message.Robot: {URL: c.RobotURL, Body: c.RobotBody, Headers: asJSON, Field: "errcode", Want: "0"},
		message.SMS:   {URL: c.SMSURL, Body: c.SMSBody, Headers: asJSON},
	} {
		if gateway.URL == "" {
			continue
		}
		carrier, err := courier.OpenHTTP(gateway)
		if err != nil {
			return Post{}, err
		}
		p.Carriers[channel] = carrier
	}
	return p, nil
}

var asJSON = map[string]string{"Content-Type": "application/json"}

// readers are the people of the register as those who are written to.
type readers struct{ *unit.Service }

// Address gives where a person is reached; the product writes in its own language.
func (r readers) Address(ctx context.Context, personID string) (message.Address, error) {
	mail, phone, err := r.Reach(ctx, personID)
	return message.Address{Mail: mail, Phone: phone}, err
}

// bookers are those who have booked, as people outside of the register who are written to.
type bookers struct {
	*booking.Service
	letters paper.Letters
}

// WriteOutside implements message.Outsiders.
func (b bookers) WriteOutside(ctx context.Context, o message.Outside) (to string, text message.Text, err error) {
	if o.Subject != booking.LetterSubject {
		return "", message.Text{}, errs.NotFound("booking.not_found")
	}
	l, err := b.GetLetter(ctx, o.SubjectID, booking.Untold(o.Key), o.Ref)
	if err != nil {
		return "", message.Text{}, err
	}
	to = l.Contact.Phone
	if o.Channel == message.Mail {
		to = l.Contact.Mail
	}
	return to, b.letters.Booking(l, o.Channel), nil
}

// nextWorkingMorning is when a day's digest leaves: half past eight on a working day. A day of which
// the calendar knows nothing counts as its weekday says.
func nextWorkingMorning(days *calendar.Store, db *sqldb.DB) func(clock.Instant) clock.Instant {
	return func(notBefore clock.Instant) clock.Instant {
		known, err := days.Load(context.Background(), db)
		if err != nil { // the built-in table is right for all but a changed arrangement
			known = calendar.Calendar{}
		}
		for day := notBefore.Day(); ; day = day.AddDays(1) {
			at := day.Start().Add(8*time.Hour + 30*time.Minute)
			if work, _ := known.IsWorkday(day); work && at >= notBefore {
				return at
			}
		}
	}
}
