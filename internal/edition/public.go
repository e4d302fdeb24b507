package edition

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/notice"
	"openweek/internal/sqldb"
)

// PublicText is a notice as the public reads it.
type PublicText struct {
	NoticeID  string
	Title     string
	DocNumber string
	IssuedOn  clock.Day // "" where the notice is undated
	// Text has the contact data masked, character by character, unless the edition releases it: all
	// spans keep their place.
	Text     string
	Withheld int // masked places
	// Body is the rune offset at which the text begins after its title; what stands before it is the
	// letterhead.
	Body     int
	Sections []notice.Section
}

// PublicNotice is the original notice of an edition with the amending ones beside it.
type PublicNotice struct {
	PublicText
	// Inherited says that the edition has no notice of its own yet, and this is the one of the edition
	// that it was copied from.
	Inherited  bool
	Amendments []PublicAmendment // in the order in which they moved the week
}

// PublicAmendment is an amending notice and what it moved.
type PublicAmendment struct {
	Amendment
	PublicText
}

// PublicNotice gives the text of an edition's notice and of what amended it.
//
// Errors: edition.not_found, also for a draft that the actor may not know of.
func (s *Service) PublicNotice(ctx context.Context, a actor.Actor, editionID string) (p PublicNotice, err error) {
	defer errs.Wrap(&err, "edition.PublicNotice(%s)", shorten(editionID))
	if !id.Valid(editionID) {
		return PublicNotice{}, errNotFound()
	}
	err = s.db.Snapshot(ctx, func(q sqldb.Querier) error {
		e, err := seen(ctx, q, a, editionID)
		if err != nil {
			return err
		}
		noticeID, inherited, err := sourceNotice(ctx, q, e)
		if err != nil {
			return err
		}
		n, err := noticeByID(ctx, q, noticeID)
		if err != nil {
			return err
		}
		p = PublicNotice{PublicText: n.public(e.ContactReleased), Inherited: inherited}
		moves, err := amendmentsOf(ctx, q, editionID)
		if err != nil {
			return err
		}
		for _, m := range moves {
			n, err := noticeByID(ctx, q, m.NoticeID)
			if err != nil {
				return err
			}
			p.Amendments = append(p.Amendments, PublicAmendment{Amendment: m, PublicText: n.public(e.ContactReleased)})
		}
		return nil
	})
	if err != nil {
		return PublicNotice{}, err
	}
	return p, nil
}

func (n Notice) public(released bool) PublicText {
	p := PublicText{NoticeID: n.ID, Title: n.Title, DocNumber: n.DocNumber, IssuedOn: clock.Day(n.Draft.IssuedOn.Value), Text: n.Text, Body: n.Draft.Title.Span.End, Sections: n.Draft.Sections}
	if !released {
		p.Text, p.Withheld = withhold(n.Text, n.Draft.Phones, n.Draft.Emails)
	}
	return p
}
