package activity

import (
	"context"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
)

// Parameters names what ParseFilter reads from a query, for whoever keeps pages by it or describes it.
var Parameters = []string{
	paramText, paramRegion, paramDay, paramFrom, paramTo, paramMethod, paramTopic, paramAudience, paramMode, paramSeats,
	paramHost, paramNear, paramRadius, paramSort, paramCursor, paramLimit,
}

// Topic is the change topic of all editions' activities: each TopicOf is one of its kind.
const Topic = "activity"

// Address is where something stands that a short link names: an activity, and in it a session or "".
type Address struct{ ActivityID, SessionID string }

// Resolve finds what a short link (id.Short) of an activity or of a session names, whatever its state. It
// needs no right: it tells no more than an id that somebody has.
//
// Errors: activity.not_found, also where two ids would share the code.
func (s *Service) Resolve(ctx context.Context, code string) (a Address, err error) {
	defer errs.Wrap(&err, "activity.Resolve(%s)", shorten(code))
	from, before, ok := id.Long(code)
	if !ok {
		return Address{}, errNotFound()
	}
	list, err := findAddresses(ctx, s.deps.DB, from, before)
	if err != nil {
		return Address{}, err
	}
	if len(list) != 1 {
		return Address{}, errNotFound()
	}
	return list[0], nil
}

// Entry is a public activity in the map of the site.
type Entry struct {
	ID        string
	ChangedAt clock.Instant
}

// EntriesMax is how many entries Entries gives at once.
const EntriesMax = 10_000

// Entries lists the published activities of an edition by id, those after an id, at most EntriesMax. It
// needs no right.
func (s *Service) Entries(ctx context.Context, editionID, after string) (list []Entry, err error) {
	defer errs.Wrap(&err, "activity.Entries(%s)", shorten(editionID))
	return listEntries(ctx, s.deps.DB, editionID, after, EntriesMax)
}

// EntryParts gives the ids after which the parts of Entries begin, "" the first. An edition without a
// published activity has none.
func (s *Service) EntryParts(ctx context.Context, editionID string) (after []string, err error) {
	defer errs.Wrap(&err, "activity.EntryParts(%s)", shorten(editionID))
	return listEntryParts(ctx, s.deps.DB, editionID, EntriesMax)
}

// CancelledRuns lists the sessions of published activities that do not take place, by activity and time: a
// calendar that somebody has subscribed to must say so. It needs no right.
func (s *Service) CancelledRuns(ctx context.Context, activityIDs []string) (list []Session, err error) {
	defer errs.Wrap(&err, "activity.CancelledRuns(%d)", len(activityIDs))
	if len(activityIDs) == 0 {
		return nil, nil
	}
	return listCancelledRuns(ctx, s.deps.DB, activityIDs)
}
