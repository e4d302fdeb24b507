package activity

import (
	"context"
	"encoding/json"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/sqldb"
)

// Loading is an activity that is written as if it had been accepted.
type Loading struct {
	ID      string
	UnitID  string
	GuestID string // or ""
	// Content has its method's usual form as its kind where it names none, and no pictures.
	Content  Content
	Sessions []LoadingSession
}

// LoadingSession is a run of such an activity.
type LoadingSession struct {
	ID string
	SessionDraft
	Blocked int64 // seats that are kept back: what is taken has bookings
}

// loadBatch is how many activities are written in one transaction.
const loadBatch = 1000

// Load writes published activities of an edition without review, messages and audit: sample data for the
// demo, for tests and for measurements. Nothing of it is checked but what the tables check.
//
// Errors: activity.forbidden for anybody but the product itself, activity.edition_not_found.
func (s *Service) Load(ctx context.Context, a actor.Actor, editionID string, list []Loading) (err error) {
	defer errs.Wrap(&err, "activity.Load(%s, %d)", shorten(editionID), len(list))
	if a.Class != actor.System {
		return errForbidden()
	}
	f, err := readFacts(ctx, s.deps.DB, editionID)
	if err != nil {
		return err
	}
	forms := map[string]form.Form{}
	for part := range slices.Chunk(list, loadBatch) {
		var rows loaded
		ids := make([]string, len(part))
		for i, one := range part {
			if one.Content.Kind == "" {
				one.Content.Kind = f.kinds[one.Content.MethodID][0]
			}
			kind, ok := forms[one.Content.Kind]
			if !ok {
				if kind, err = s.deps.Forms.Current(ctx, s.deps.DB, f.territory, one.Content.Kind); err != nil {
					return err
				}
				forms[one.Content.Kind] = kind
			}
			if err := s.load(&rows, editionID, one, kind); err != nil {
				return err
			}
			ids[i] = one.ID
		}
		if err := s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
			if err := rows.writeTx(ctx, tx); err != nil {
				return err
			}
			return relistTx(ctx, tx, ids)
		}); err != nil {
			return err
		}
	}
	return nil
}

// load adds the rows of one activity.
func (s *Service) load(rows *loaded, editionID string, one Loading, kind form.Form) error {
	c, now := one.Content.tidy(), int64(s.deps.Clock.Now())
	open, sealed, err := s.lockValues(kind.Definition, c.Values, bindPublic(one.ID))
	if err != nil {
		return err
	}
	values := []byte("{}")
	if len(open) > 0 {
		if values, err = json.Marshal(open); err != nil {
			return err
		}
	}
	draft, draftSealed, err := s.lock(kind.Definition, c, bindDraft(one.ID))
	if err != nil {
		return err
	}
	version, versionSealed, err := s.lock(kind.Definition, c, bindVersion(one.ID, 1))
	if err != nil {
		return err
	}
	hash, err := s.hash(kind.ID, c, "")
	if err != nil {
		return err
	}
	const by = "" // nobody
	rows.activities = append(rows.activities, []any{one.ID, editionID, one.UnitID, orNil(one.GuestID), c.Title, c.TitleEN, c.Summary, c.SummaryEN, string(c.Description), string(c.DescriptionEN),
		c.MethodID, kind.ID, kind.Code, string(values), sealed, string(c.Mode), c.Venue.Region, c.Venue.Name, c.Venue.Address, c.Venue.Point.Lng, c.Venue.Point.Lat, c.Link,
		c.Contact.Office, c.Contact.Phone, c.Safety, c.Access, now, now, by, now})
	rows.drafts = append(rows.drafts, []any{one.ID, draft, draftSealed, kind.ID, c.Title, c.MethodID, c.Venue.Region, by, now})
	rows.versions = append(rows.versions, []any{one.ID, version, versionSealed, kind.ID, "", hash, by, now})
	for _, topicID := range c.TopicIDs {
		rows.topics = append(rows.topics, []any{one.ID, topicID})
	}
	for _, audience := range c.Audience {
		rows.audiences = append(rows.audiences, []any{one.ID, string(audience)})
	}
	for _, run := range one.Sessions {
		d := run.SessionDraft.tidy()
		rows.sessions = append(rows.sessions, []any{run.ID, one.ID, int64(d.Starts), int64(d.Ends), int64(d.Opens), int64(d.Closes), d.Bookable, d.PartyMax, d.GroupMin, d.GroupMax, string(d.GroupUnit)})
		rows.seats = append(rows.seats, []any{run.ID, d.Capacity, run.Blocked})
	}
	return nil
}
