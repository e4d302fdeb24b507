package sample

import (
	"context"
	"time"

	"openweek/internal/audit"
	"openweek/internal/calendar"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/file"
	"openweek/internal/filing"
	"openweek/internal/form"
	"openweek/internal/message"
	"openweek/internal/review"
	"openweek/internal/unit"
)

// rooms are services on the sample's store whose clock is moved, so that what is written stands where
// it would in a real year: a notice is signed weeks before its week begins.
type rooms struct {
	clock    *clock.Manual
	log      *audit.Log
	units    *unit.Service
	forms    *form.Service
	duties   *duty.Service
	editions *edition.Service
	filings  *filing.Service
}

func openRooms(d Deps) *rooms {
	r := &rooms{clock: clock.NewManual(d.Clock.Now().Time())}
	r.log = audit.New(d.DB, d.Ring, d.Clock) // what was done was done now, whatever day it stands for
	r.units = unit.NewService(d.DB, d.Ring, r.clock, r.log)
	r.forms = form.NewService(d.DB, r.clock, r.log)
	reviews := review.NewService(r.clock, r.log)
	messages := message.NewService(d.DB, r.clock, r.log, reached{r.units}, silent{}, message.Options{})
	r.duties = duty.NewService(d.DB, r.clock, r.log, calendar.NewStore(r.clock), messages)
	r.editions = edition.NewService(d.DB, r.clock, r.log, d.Blobs, r.duties)
	r.filings = filing.NewService(filing.Deps{
		DB: d.DB, Ring: d.Ring, Clock: r.clock, Log: r.log, Duties: r.duties, Forms: r.forms, Reviews: reviews,
		Files: file.NewService(d.DB, r.clock, r.log, d.Blobs, "", r.editions), Messages: messages, Editions: r.editions,
	})
	return r
}

// beforeLedger are editions without a ledger: those of the years before an office had the product.
func (r *rooms) beforeLedger(d Deps) *edition.Service {
	return edition.NewService(d.DB, r.clock, r.log, d.Blobs)
}

// at moves the clock to a time of a day, but never to what is still to come.
func (r *rooms) at(now clock.Instant, day clock.Day, hour, minute int) {
	moment := day.Start().Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	r.clock.Set(min(moment, now).Time())
}

// reached and silent let messages be told in the inbox; the sample writes no letters.
type reached struct{ *unit.Service }

func (reached) Address(context.Context, string) (message.Address, error) {
	return message.Address{}, nil
}

type silent struct{}

func (silent) Render(context.Context, message.Letter) (message.Text, error) {
	return message.Text{}, nil
}
