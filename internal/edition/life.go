package edition

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Publication is what the head of the office says when publishing.
type Publication struct {
	// Read is the hash (Reading) of what was read. It is kept with the edition.
	Read string
	// LeaveOpen publishes although phrases are unresolved or groups empty; they may be resolved and filled later.
	LeaveOpen bool
}

// Reading gives the hash of what stands in an edition and its notice now, to be said when publishing.
// Errors: see Get.
func (s *Service) Reading(ctx context.Context, a actor.Actor, editionID string) (hash string, err error) {
	defer errs.Wrap(&err, "edition.Reading(%s)", shorten(editionID))
	err = s.db.Snapshot(ctx, func(q sqldb.Querier) error {
		if _, err := seen(ctx, q, a, editionID); err != nil {
			return err
		}
		e, err := loadEdition(ctx, q, editionID)
		if err != nil {
			return err
		}
		hash, err = readingOf(ctx, q, e)
		return err
	})
	return hash, err
}

// readingOf hashes an edition together with the text of its notice, or of the one it goes back to.
func readingOf(ctx context.Context, q sqldb.Querier, e Edition) (string, error) {
	noticeID, _, err := sourceNotice(ctx, q, e.Summary)
	if err != nil {
		return "", err
	}
	n, err := noticeByID(ctx, q, noticeID)
	if err != nil {
		return "", err
	}
	return e.Hash(n.TextHash), nil
}

// sourceNotice finds the notice of an edition; a copy without one of its own goes back to that of the
// edition it was copied from (inherited).
func sourceNotice(ctx context.Context, q sqldb.Querier, e Summary) (noticeID string, inherited bool, err error) {
	for e.NoticeID == "" {
		if e.CopiedFrom == "" { // a constraint forbids it
			return "", inherited, errNotice()
		}
		inherited = true
		if e, err = editionByID(ctx, q, e.CopiedFrom); err != nil {
			return "", inherited, err
		}
	}
	return e.NoticeID, inherited, nil
}

// Publish makes a draft public, keeps the hash of what was read, and runs the followers.
//
// Errors: edition.not_found, edition.forbidden, edition.changed_meanwhile, edition.not_draft,
// edition.read_other (Conflict) where the text read is not the one that stands, edition.audience_open
// (Conflict, with the count) unless left open, a form of problems for what is missing.
func (s *Service) Publish(ctx context.Context, a actor.Actor, editionID string, version int64, p Publication) (after Edition, err error) {
	defer errs.Wrap(&err, "edition.Publish(%s)", shorten(editionID))
	return s.edit(ctx, a, actor.EditionPublish, editionID, version, func(tx *sqldb.Tx, e Edition) (audit.Entry, error) {
		if e.Status != StatusDraft {
			return audit.Entry{}, errs.Conflict("edition.not_draft")
		}
		if err := errs.Join(e.ready()...); err != nil {
			return audit.Entry{}, err
		}
		hash, err := readingOf(ctx, tx, e)
		if err != nil {
			return audit.Entry{}, err
		}
		if hash != p.Read {
			return audit.Entry{}, errs.Conflict("edition.read_other")
		}
		counted, err := countedEdition(ctx, tx, editionID)
		if err != nil {
			return audit.Entry{}, err
		}
		if open := counted.Open(); open > 0 && !p.LeaveOpen {
			return audit.Entry{}, errs.Conflict("edition.audience_open", "count", open)
		}
		if _, err := tx.Exec(ctx, publishEdition, editionID, hash, a.PersonID, int64(s.clock.Now())); err != nil {
			return audit.Entry{}, err
		}
		if counted, err = countedEdition(ctx, tx, editionID); err != nil {
			return audit.Entry{}, err
		}
		for _, f := range s.followers {
			if err := f.PublishTx(ctx, tx, a, counted); err != nil {
				return audit.Entry{}, err
			}
		}
		return audit.Entry{Action: "edition.publish", Digests: map[string]string{"read": s.log.Digest("edition.read", hash)}}, nil
	})
}

// ready tells what a draft lacks before the public may see it.
func (e Edition) ready() problems {
	var bad problems
	bad.window(e.Start, e.End, true)
	bad.text("theme", e.Theme, maxTheme, true)
	for _, list := range []struct {
		field string
		empty bool
	}{{"topics", len(e.Topics) == 0}, {"methods", len(e.Methods) == 0}, {"issuers", len(e.Issuers) == 0}} {
		if list.empty {
			bad.add(errs.Invalid("edition.list_empty").On(list.field))
		}
	}
	return bad
}

// Archive closes a published edition after its week. It stays readable.
//
// Errors: edition.not_found, edition.forbidden, edition.changed_meanwhile, edition.not_published,
// edition.not_over (Conflict).
func (s *Service) Archive(ctx context.Context, a actor.Actor, editionID string, version int64) (after Edition, err error) {
	defer errs.Wrap(&err, "edition.Archive(%s)", shorten(editionID))
	return s.edit(ctx, a, actor.EditionPublish, editionID, version, func(tx *sqldb.Tx, e Edition) (audit.Entry, error) {
		now := s.clock.Now()
		switch {
		case e.Status != StatusPublished:
			return audit.Entry{}, errs.Conflict("edition.not_published")
		case e.Phase(now.Day()).State != After:
			return audit.Entry{}, errs.Conflict("edition.not_over")
		}
		_, err := tx.Exec(ctx, archiveEdition, editionID, int64(now))
		return audit.Entry{Action: "edition.archive"}, err
	})
}

// AttachNotice gives a draft that was copied from last year the notice of its own year. What stands in
// the draft stays; the notice's number and text are shown with it from then on.
//
// Errors: edition.not_found, edition.forbidden, edition.changed_meanwhile, edition.not_draft,
// edition.has_notice, edition.notice_not_found, edition.notice_used, edition.notice_amending (Conflict).
func (s *Service) AttachNotice(ctx context.Context, a actor.Actor, editionID string, version int64, noticeID string) (after Edition, err error) {
	defer errs.Wrap(&err, "edition.AttachNotice(%s, %s)", shorten(editionID), shorten(noticeID))
	return s.edit(ctx, a, actor.EditionDraft, editionID, version, func(tx *sqldb.Tx, e Edition) (audit.Entry, error) {
		switch {
		case e.Status != StatusDraft:
			return audit.Entry{}, errs.Conflict("edition.not_draft")
		case e.NoticeID != "":
			return audit.Entry{}, errs.Conflict("edition.has_notice")
		case !id.Valid(noticeID):
			return audit.Entry{}, errNotice()
		}
		n, err := s.draftTx(ctx, tx, a, noticeID)
		switch {
		case err != nil:
			return audit.Entry{}, err
		case n.Territory != e.Territory:
			return audit.Entry{}, errNotice()
		case n.Kind != Original:
			return audit.Entry{}, errs.Conflict("edition.notice_amending")
		}
		changed, err := tx.Exec(ctx, attachNotice, editionID, noticeID)
		if err == nil && changed == 0 {
			err = errs.Conflict("edition.notice_used")
		}
		if err != nil {
			return audit.Entry{}, err
		}
		// The clauses were read from last year's text; in the new one their offsets mean nothing.
		_, err = tx.Exec(ctx, forgetSpans, editionID)
		return audit.Entry{Action: "edition.change", Fields: []string{"notice"}}, err
	})
}
