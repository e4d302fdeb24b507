package app

import (
	"context"

	"openweek/internal/config"
	"openweek/internal/errs"
	"openweek/internal/sample"
)

// sampleSite is the head and footer of the demo where nothing is configured; its numbers are invented.
var sampleSite = config.Site{
	Name: "湖南省职业教育活动周", NameEN: "Hunan Vocational Education Week",
	Organiser: "湖南省教育厅（示例）", OrganiserEN: "Hunan Provincial Department of Education (sample)",
	Code: "4300000000", ICP: "湘ICP备00000000号", PoliceRecord: "湘公网安备00000000000000号", Contact: "0731-00000000",
}

// sampleActivities is how many activities the demo shows: enough for each prefecture and each day.
const sampleActivities = 90

// fillSample makes the demo's store: sample data where it is empty. A store with other data is
// refused, as is one whose filling was broken off.
func (h *House) fillSample(ctx context.Context, c config.Store) error {
	if filled, err := noted(ctx, h.DB, noteFilled); err != nil || filled != nil {
		return err
	}
	empty, err := h.Logins.FirstRun.Needed(ctx)
	if err != nil {
		return err
	}
	if !empty {
		begun, err := noted(ctx, h.DB, noteSample)
		if err == nil && begun != nil {
			err = errs.Conflict("app.demo_half", "data", c.Data)
		}
		if err == nil {
			err = errs.Conflict("app.demo_occupied", "data", c.Data)
		}
		return err
	}
	first, err := note(ctx, h.DB, noteSample, []byte{1})
	if err != nil {
		return err
	}
	if !first { // another process fills it at this moment, or died doing so
		return errs.Conflict("app.demo_half", "data", c.Data)
	}
	if err := sample.Fill(ctx, sample.Deps{DB: h.DB, Units: h.Units, Logins: h.Logins, Ring: h.Ring, Blobs: h.Blobs, Editions: h.Editions, Clock: h.Clock}); err != nil {
		return err
	}
	current, err := h.Editions.Current(ctx)
	if err != nil {
		return err
	}
	crowd := sample.Crowd{DB: h.DB, Units: h.Units, Editions: h.Editions, Activities: h.Activities, EditionID: current.ID, Seed: 1, Count: sampleActivities}
	if err := sample.Activities(ctx, crowd); err != nil {
		return err
	}
	if err := sample.Bookings(ctx, crowd, h.Bookings); err != nil {
		return err
	}
	_, err = note(ctx, h.DB, noteFilled, []byte{1})
	return err
}

// refuseSample keeps a store with sample people, whose password is printed in the manual, away from
// everybody but this machine.
func (h *House) refuseSample(ctx context.Context, c config.Config) error {
	begun, err := noted(ctx, h.DB, noteSample)
	if err == nil && begun != nil && !c.Loopback() {
		err = errs.Conflict("app.demo_store", "data", c.Data)
	}
	return err
}
