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

// Face is what the public's pages show of an edition: without obligations, groups and counts, which
// cost more than all the rest.
type Face struct {
	Summary
	Issuers     []Issuer
	Topics      []Item
	Methods     []Item
	Amendments  []Amendment
	LocalThemes []LocalTheme // those that stand; a theme taken back is left out
	Notice      NoticeHead
}

// NoticeHead names a notice.
type NoticeHead struct {
	ID, Title, DocNumber string
	IssuedOn             clock.Day // "" where the notice is undated
	Inherited            bool      // see PublicNotice
}

// Face gets what the public's pages show of an edition.
//
// Errors: edition.not_found, also for a draft that the actor may not know of.
func (s *Service) Face(ctx context.Context, a actor.Actor, editionID string) (f Face, err error) {
	defer errs.Wrap(&err, "edition.Face(%s)", shorten(editionID))
	if !id.Valid(editionID) {
		return Face{}, errNotFound()
	}
	err = s.db.Snapshot(ctx, func(q sqldb.Querier) error {
		f = Face{}
		if f.Summary, err = seen(ctx, q, a, editionID); err != nil {
			return err
		}
		if f.Notice.ID, f.Notice.Inherited, err = sourceNotice(ctx, q, f.Summary); err != nil {
			return err
		}
		if err = q.QueryRow(ctx, getNoticeHead, f.Notice.ID).Scan(&f.Notice.Title, &f.Notice.DocNumber, &f.Notice.IssuedOn); err != nil {
			return err
		}
		if f.Issuers, err = listIssuers(ctx, q, editionID); err != nil {
			return err
		}
		items, err := listItems(ctx, q, editionID)
		if err != nil {
			return err
		}
		for _, it := range items {
			switch it.Kind {
			case ItemTopic:
				f.Topics = append(f.Topics, it)
			case ItemMethod:
				f.Methods = append(f.Methods, it)
			}
		}
		if f.Amendments, err = amendmentsOf(ctx, q, editionID); err != nil {
			return err
		}
		themes, err := listLocalThemes(ctx, q, editionID)
		for _, t := range themes {
			if t.Theme != "" {
				f.LocalThemes = append(f.LocalThemes, t)
			}
		}
		return err
	})
	return f, err
}

// PublicText is a notice as the public reads it.
type PublicText struct {
	NoticeID  string
	Title     string
	DocNumber string
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

// PublicNotice gives the text of an edition's notice and of what amended it, contacts withheld unless
// they were released.
//
// Errors: edition.not_found, also for a draft that the actor may not know of.
func (s *Service) PublicNotice(ctx context.Context, a actor.Actor, editionID string) (p PublicNotice, err error) {
	defer errs.Wrap(&err, "edition.PublicNotice(%s)", shorten(editionID))
	return s.texts(ctx, a, editionID, false)
}

// IssuedNotice is PublicNotice with the contacts as they were issued, for the people of the units that
// the notice was sent to: they are to call them. Whether it was sent to the actor's unit is the caller's
// to check.
//
// Errors: edition.not_found, also for whoever is not of the staff.
func (s *Service) IssuedNotice(ctx context.Context, a actor.Actor, editionID string) (p PublicNotice, err error) {
	defer errs.Wrap(&err, "edition.IssuedNotice(%s)", shorten(editionID))
	if !a.IsStaff() {
		return PublicNotice{}, errNotFound()
	}
	return s.texts(ctx, a, editionID, true)
}

func (s *Service) texts(ctx context.Context, a actor.Actor, editionID string, issued bool) (p PublicNotice, err error) {
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
		released := issued || e.ContactReleased
		p = PublicNotice{PublicText: n.public(released), Inherited: inherited}
		moves, err := amendmentsOf(ctx, q, editionID)
		if err != nil {
			return err
		}
		for _, m := range moves {
			n, err := noticeByID(ctx, q, m.NoticeID)
			if err != nil {
				return err
			}
			p.Amendments = append(p.Amendments, PublicAmendment{Amendment: m, PublicText: n.public(released)})
		}
		return nil
	})
	if err != nil {
		return PublicNotice{}, err
	}
	return p, nil
}

func (n Notice) public(released bool) PublicText {
	p := PublicText{NoticeID: n.ID, Title: n.Title, DocNumber: n.DocNumber, Text: n.Text, Body: n.Draft.Title.Span.End, Sections: n.Draft.Sections}
	if !released {
		p.Text, p.Withheld = withhold(n.Text, n.Draft.Phones, n.Draft.Emails)
	}
	return p
}
