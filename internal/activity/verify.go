package activity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/sqldb"
)

const verifyBatch = 200

// Verify looks for activities that contradict themselves: sessions without seats, states that versions
// do not bear out, values that do not open, versions that are not what their hash says or are numbered
// with gaps, a schedule under review that is not the one that was handed in, public columns that are
// not the accepted version's.
func (s *Service) Verify(ctx context.Context, q sqldb.Querier) (err error) {
	defer errs.Wrap(&err, "activity.Verify")
	var found []error
	for _, c := range checks {
		ids, err := texts(ctx, q, c.query)
		if err != nil {
			return err
		}
		for _, one := range ids {
			found = append(found, fmt.Errorf("%s: %s", one, c.what))
		}
	}
	results, err := s.verifyResults(ctx, q)
	if err != nil {
		return err
	}
	found = append(found, results...)
	for after := ""; ; {
		list, err := listActivities(ctx, q, after, verifyBatch)
		if err != nil {
			return err
		}
		for _, r := range list {
			if err := s.verifyOne(ctx, q, r); err != nil {
				found = append(found, fmt.Errorf("activity %s: %w", r.ID, err))
			}
			after = r.ID
		}
		if len(list) < verifyBatch {
			return errors.Join(found...)
		}
	}
}

func (s *Service) verifyOne(ctx context.Context, q sqldb.Querier, r row) error {
	if _, err := s.openDraft(ctx, q, r); err != nil {
		return err
	}
	list, err := listVersions(ctx, q, r.ID)
	if err != nil {
		return err
	}
	if len(list) != r.versions {
		return fmt.Errorf("it has %d versions and counts %d", len(list), r.versions)
	}
	for i, v := range list {
		f, err := s.deps.Forms.Get(ctx, q, v.formID)
		if err != nil {
			return err
		}
		c, err := s.unlock(f.Definition, v.content, v.sealed, bindVersion(r.ID, v.N))
		if err != nil {
			return err
		}
		hash, err := s.hash(f.ID, c, v.sessions)
		if err != nil {
			return err
		}
		if v.N != i+1 || hash != v.Hash {
			return fmt.Errorf("version %d is not what was handed in", v.N)
		}
		if v.N == r.published {
			if err := s.verifyPublic(ctx, q, r, f, c); err != nil {
				return err
			}
		}
	}
	if r.draft != DraftReview || r.State != Unpublished || len(list) == 0 {
		return nil
	}
	sessions, err := listSessions(ctx, q, sessionsOf, r.ID)
	if err != nil {
		return err
	}
	text, err := scheduleText(sessions)
	if err == nil && text != list[len(list)-1].sessions {
		err = errors.New("the schedule under review is not the one that was handed in")
	}
	return err
}

// verifyPublic holds what the public reads against the version that it was taken from.
func (s *Service) verifyPublic(ctx context.Context, q sqldb.Querier, r row, f form.Form, want Content) error {
	var c Content
	var values, formID string
	var sealed []byte
	if err := q.QueryRow(ctx, publicText, r.ID).Scan(&c.Title, &c.TitleEN, &c.Summary, &c.SummaryEN, &c.Description, &c.DescriptionEN, &c.MethodID, &c.Kind, &c.Mode,
		&c.Venue.Region, &c.Venue.Name, &c.Venue.Address, &c.Venue.Point.Lng, &c.Venue.Point.Lat, &c.Link, &c.Contact.Office, &c.Contact.Phone, &c.Safety, &c.Access,
		&values, &sealed, &formID); err != nil {
		return err
	}
	bare, err := json.Marshal(struct {
		Content
		Values json.RawMessage `json:"values"`
	}{c, json.RawMessage(values)})
	if err != nil {
		return err
	}
	if c, err = s.unlock(f.Definition, string(bare), sealed, bindPublic(r.ID)); err != nil {
		return err
	}
	if c.TopicIDs, err = texts(ctx, q, topicsOf, r.ID); err != nil {
		return err
	}
	audiences, err := texts(ctx, q, audiencesOf, r.ID)
	if err != nil {
		return err
	}
	for _, one := range audiences {
		c.Audience = append(c.Audience, Audience(one))
	}
	if c.Pictures, err = listPictures(ctx, q, r.ID); err != nil {
		return err
	}
	changes := diff(want, c, f.Definition)
	if len(changes) > 0 || formID != f.ID {
		fields := map[string]bool{}
		for _, one := range changes {
			fields[one.Field] = true
		}
		return fmt.Errorf("the public reads something else than was accepted: %v", slices.Sorted(maps.Keys(fields)))
	}
	return nil
}
