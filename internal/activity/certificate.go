package activity

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/sqldb"
)

// Certificate is what the thank-you certificate of an activity says (感谢状). It is made of results that
// stand, and says the same whenever it is printed.
type Certificate struct {
	ActivityID     string
	Title, TitleEN string
	Unit           Unit
	Guest          Host // zero where the unit itself was the host
	// Edition is the week, Issuer the office that thanks: the lead among those who signed the notice,
	// else the unit above.
	Edition, EditionEN string
	Theme, ThemeEN     string
	Issuer, IssuerEN   string
	First, Last        clock.Day // on which it was held
	Sessions           int
	Attendance         form.Figure // verified where every session's is
	Online             form.Figure
	On                 clock.Day // on which the last result was accepted
}

// Certificate gives the facts of the certificate of an activity of the actor's unit or of one in sight,
// once the results of all its sessions are accepted.
//
// Errors: activity.not_found, also for one out of sight; results.certificate_early (Conflict, with
// missing) while a session is to come, not reported on or not accepted; results.certificate_none where
// none was held.
func (s *Service) Certificate(ctx context.Context, a actor.Actor, activityID string) (c Certificate, err error) {
	defer errs.Wrap(&err, "activity.Certificate(%s)", shorten(activityID))
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		r, err := activityByID(ctx, q, activityID)
		if err != nil {
			return err
		}
		if r.State == Unpublished || !own(a, r.Unit.ID) && !actor.Sight(a).Covers(r.Unit.ID, r.Unit.Place) {
			return errNotFound()
		}
		c = Certificate{ActivityID: r.ID, Unit: r.Unit, Guest: Host{r.Guest.ID, r.Guest.Name, r.Guest.NameEN}}
		t, err := totalsOf(ctx, q, r.ID)
		switch {
		case err != nil:
			return err
		case t.sessions == 0:
			return errs.Conflict("results.certificate_none")
		case t.standing < t.sessions:
			return errs.Conflict("results.certificate_early", "missing", t.sessions-t.standing)
		}
		c.First, c.Last, c.On, c.Sessions = t.first.Day(), t.last.Day(), t.settled.Day(), t.sessions
		provenance := ResultVersion{Verified: t.verified == t.standing}.Provenance()
		c.Attendance = form.Figure{Value: form.Int(t.attendance), Provenance: provenance}
		c.Online = form.Figure{Value: form.Int(t.online), Provenance: provenance}
		if err := q.QueryRow(ctx, certified, r.ID).Scan(&c.Title, &c.TitleEN, &c.Edition, &c.EditionEN, &c.Theme, &c.ThemeEN, &c.Issuer, &c.IssuerEN); err != nil {
			return err
		}
		if c.Issuer == "" {
			c.Issuer, c.IssuerEN, err = aboveOf(ctx, q, r)
		}
		return err
	})
	if err != nil {
		return Certificate{}, err
	}
	return c, nil
}

// aboveOf names the unit above.
func aboveOf(ctx context.Context, q sqldb.Querier, r row) (name, nameEN string, err error) {
	departments, err := departmentsAbove(ctx, q, r.Unit.Place.Region, r.Territory)
	if err != nil {
		return "", "", err
	}
	units := readers(r.Unit, r.Territory, departments, 2)
	u, err := unitByID(ctx, q, units[len(units)-1])
	return u.Name, u.NameEN, err
}
