package app

import (
	"context"
	"time"

	"openweek/internal/audit"
	"openweek/internal/jobs"
)

// keyCheckEvery is how soon a server seals with a key that `openweek keys rotate` has added.
const keyCheckEvery = 30 * time.Second

// sealAudit seals, anchors and prunes the audit log until ctx ends.
func (a *App) sealAudit(ctx context.Context) {
	err := a.Audit.Run(ctx, audit.Options{
		Anchor: audit.AnchorFile(anchorFile(a.config.Store)), Retention: a.config.AuditRetention, Log: a.log,
	})
	if err != nil {
		a.log.ErrorContext(ctx, "the audit log is not being sealed", "err", err)
	}
}

// followKeys reads the key file again and again, so that a rotation beside the running server takes
// effect without a restart.
func (a *App) followKeys(ctx context.Context) {
	ticker := time.NewTicker(keyCheckEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := a.Ring.Reload(); err != nil {
				a.log.ErrorContext(ctx, "key file could not be read again", "err", err)
			}
		}
	}
}

// Letters to bookers: how often they are looked for, and after how long another process takes over from a
// dead one.
const (
	writeBookersEvery = 2 * time.Second
	writeBookersTTL   = 2 * time.Minute
)

// writeBookers tells bookers what they must be told, in one process at a time, until ctx ends. It is no
// job of the queue: thousands of letters to a gateway that hangs would keep its workers from all else.
func (a *App) writeBookers(ctx context.Context) {
	jobs.RunLeased(ctx, a.DB, jobs.Lease{Name: "booking.letters", Every: writeBookersEvery, TTL: writeBookersTTL, Clock: a.Clock, Log: a.log}, func(ctx context.Context) error {
		if _, err := a.Bookings.TellBookers(ctx); err != nil {
			return err
		}
		_, err := a.Messages.SendOutside(ctx)
		return err
	})
}

// sweepLogins removes what has expired of logins and lock-outs.
type sweepLogins struct{}

// Kind names the job for ever.
func (sweepLogins) Kind() string { return "login.sweep" }

// resealPeople seals again what stands under an older key, after a rotation.
type resealPeople struct{}

// Kind names the job for ever.
func (resealPeople) Kind() string { return "unit.reseal" }

// tellDispatches tells units of notices that have come for them; publishing does not wait for it.
type tellDispatches struct{}

// Kind names the job for ever.
func (tellDispatches) Kind() string { return "duty.tell_dispatches" }

// chaseDue sends the reminders that are due and not yet sent.
type chaseDue struct{}

// Kind names the job for ever.
func (chaseDue) Kind() string { return "duty.chase_due" }

// catchUp makes the duties of units that an edition's audiences have come to cover since it was published.
type catchUp struct{}

// Kind names the job for ever.
func (catchUp) Kind() string { return "duty.catch_up" }

// remindReviews tells units of activities and results that have been waiting for them.
type remindReviews struct{}

// Kind names the job for ever.
func (remindReviews) Kind() string { return "activity.remind" }

// remindResults tells units of sessions that are over and not reported on.
type remindResults struct{}

// Kind names the job for ever.
func (remindResults) Kind() string { return "activity.remind_results" }

// sweepBookingKeys removes the Idempotency-Keys that are older than a day.
type sweepBookingKeys struct{}

// Kind names the job for ever.
func (sweepBookingKeys) Kind() string { return "booking.sweep_keys" }

// lapseOffers ends the offers of seats that were not taken in time.
type lapseOffers struct{}

// Kind names the job for ever.
func (lapseOffers) Kind() string { return "booking.lapse_offers" }

// expireBookings forgets who has booked sessions that are long over.
type expireBookings struct{}

// Kind names the job for ever.
func (expireBookings) Kind() string { return "booking.expire" }

// resealBookings seals again what stands under an older key, after a rotation.
type resealBookings struct{}

// Kind names the job for ever.
func (resealBookings) Kind() string { return "booking.reseal" }

// applyMeasures brings sessions to what the orders in force want of them.
type applyMeasures struct{}

// Kind names the job for ever.
func (applyMeasures) Kind() string { return "measure.apply" }

// lapseInvitations ends invitations of schools that were not answered in time, and frees their seats.
type lapseInvitations struct{}

// Kind names the job for ever.
func (lapseInvitations) Kind() string { return "visit.lapse_invitations" }

// expireVisits erases what identifies persons of class visits that are long over.
type expireVisits struct{}

// Kind names the job for ever.
func (expireVisits) Kind() string { return "visit.expire" }

// resealVisits seals again what stands under an older key, after a rotation.
type resealVisits struct{}

// Kind names the job for ever.
func (resealVisits) Kind() string { return "visit.reseal" }

// register lists all background jobs of the product with their pace.
func (a *App) register(r *jobs.Runner) {
	jobs.Handle(r, func(ctx context.Context, _ sweepLogins) error {
		_, err := a.Logins.Sweep(ctx)
		return err
	})
	r.Every(time.Hour, sweepLogins{})
	jobs.Handle(r, func(ctx context.Context, _ resealPeople) error {
		_, err := a.Units.Reseal(ctx)
		return err
	})
	r.Every(time.Hour, resealPeople{})
	jobs.Handle(r, func(ctx context.Context, _ tellDispatches) error {
		_, err := a.Duties.TellDispatches(ctx)
		return err
	})
	r.Every(time.Minute, tellDispatches{})
	jobs.Handle(r, func(ctx context.Context, _ chaseDue) error {
		_, err := a.Duties.ChaseDue(ctx)
		return err
	})
	r.Every(10*time.Minute, chaseDue{})
	jobs.Handle(r, func(ctx context.Context, _ catchUp) error {
		_, err := a.Duties.CatchUp(ctx, a.Editions)
		return err
	})
	r.Every(time.Minute, catchUp{})
	jobs.Handle(r, func(ctx context.Context, _ remindReviews) error {
		_, err := a.Activities.Remind(ctx)
		return err
	})
	r.Every(10*time.Minute, remindReviews{})
	jobs.Handle(r, func(ctx context.Context, _ remindResults) error {
		_, err := a.Activities.RemindResults(ctx)
		return err
	})
	r.Every(10*time.Minute, remindResults{})
	jobs.Handle(r, func(ctx context.Context, _ sweepBookingKeys) error {
		_, err := a.Bookings.SweepKeys(ctx)
		return err
	})
	r.Every(time.Hour, sweepBookingKeys{})
	jobs.Handle(r, func(ctx context.Context, _ lapseOffers) error {
		_, err := a.Bookings.LapseOffers(ctx)
		return err
	})
	r.Every(30*time.Second, lapseOffers{})
	jobs.Handle(r, func(ctx context.Context, _ expireBookings) error {
		_, err := a.Bookings.Expire(ctx)
		return err
	})
	r.Every(time.Hour, expireBookings{})
	jobs.Handle(r, func(ctx context.Context, _ resealBookings) error {
		_, err := a.Bookings.Reseal(ctx)
		return err
	})
	r.Every(time.Hour, resealBookings{})
	jobs.Handle(r, func(ctx context.Context, _ applyMeasures) error { return a.Measures.Apply(ctx) })
	r.Every(time.Minute, applyMeasures{})
	jobs.Handle(r, func(ctx context.Context, _ lapseInvitations) error {
		_, err := a.Visits.LapseInvitations(ctx)
		return err
	})
	r.Every(time.Minute, lapseInvitations{})
	jobs.Handle(r, func(ctx context.Context, _ expireVisits) error {
		_, err := a.Visits.Expire(ctx)
		return err
	})
	r.Every(time.Hour, expireVisits{})
	jobs.Handle(r, func(ctx context.Context, _ resealVisits) error {
		_, err := a.Visits.Reseal(ctx)
		return err
	})
	r.Every(time.Hour, resealVisits{})
	a.Messages.Register(r)
	a.Files.Register(r)
	a.Exports.Register(r)
}
