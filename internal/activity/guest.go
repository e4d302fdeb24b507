package activity

import (
	"context"
	"encoding/json"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Guest is an enterprise outside of the tree that a department inside answers for (担保单位): of
// industry, state assets or the trade union. It is a host of that department's activities.
type Guest struct {
	ID           string
	EditionID    string
	Unit         Unit // who vouches
	Name, NameEN string
	Contact      form.Person // for the unit that vouches only
	VouchedBy    string      // person
	VouchedAt    clock.Instant
	Version      int64
}

// GuestDraft is what a department says of a guest host.
type GuestDraft struct {
	Name, NameEN string
	Contact      form.Person // whom to call; never public
}

const maxPerson = 40

func (d GuestDraft) tidy() GuestDraft {
	for _, s := range []*string{&d.Name, &d.NameEN, &d.Contact.Name, &d.Contact.Phone} {
		*s = line(*s)
	}
	return d
}

func (d GuestDraft) check() error {
	var bad problems
	bad.text("name", d.Name, maxVenue, true)
	bad.text("name_en", d.NameEN, maxAddress, false)
	bad.text("contact.name", d.Contact.Name, maxPerson, true)
	bad.text("contact.phone", d.Contact.Phone, maxPhone, true)
	if d.Contact.Phone != "" && !phoneShape.MatchString(d.Contact.Phone) {
		bad.add(errs.Invalid("activity.phone_malformed").On("contact.phone"))
	}
	return errs.Join(bad...)
}

// Guests lists the guest hosts of an edition that the actor's unit or one in sight vouches for, by
// region and name.
func (s *Service) Guests(ctx context.Context, a actor.Actor, editionID string) (list []Guest, err error) {
	defer errs.Wrap(&err, "activity.Guests(%s)", shorten(editionID))
	stored, err := listGuests(ctx, s.deps.DB, editionID, actor.Sight(a).SQL(actor.UnitColumns("u")))
	if err != nil {
		return nil, err
	}
	for _, g := range stored {
		shown, err := s.openGuest(a, g)
		if err != nil {
			return nil, err
		}
		list = append(list, shown)
	}
	return list, nil
}

// openGuest gives the contact to the unit that vouches.
func (s *Service) openGuest(a actor.Actor, g storedGuest) (Guest, error) {
	if !own(a, g.Unit.ID) || len(g.sealed) == 0 {
		return g.Guest, nil
	}
	secret, err := s.deps.Ring.Open(sealPurpose, g.sealed, bindGuest(g.ID))
	if err != nil {
		return Guest{}, err
	}
	return g.Guest, json.Unmarshal(secret, &g.Contact)
}

func bindGuest(guestID string) string { return "guest:" + guestID }

// AddGuest makes a guest host that the actor's department vouches for: by an editor or the head of one
// of industry, state assets or the trade union.
//
// Errors: activity.edition_not_found, activity.edition_closed, activity.guest_forbidden; a form of
// activity.text_missing, activity.text_long, activity.phone_malformed, activity.guest_taken (on name).
func (s *Service) AddGuest(ctx context.Context, a actor.Actor, editionID string, d GuestDraft) (g Guest, err error) {
	defer errs.Wrap(&err, "activity.AddGuest(%s)", shorten(editionID))
	if !actor.Can(a, actor.GuestVouch, actor.Target{UnitID: a.UnitID, Place: a.Place}) {
		return Guest{}, errs.Forbidden("activity.guest_forbidden")
	}
	if d = d.tidy(); d.check() != nil {
		return Guest{}, d.check()
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		f, err := readFacts(ctx, tx, editionID)
		if err != nil {
			return err
		}
		if err := f.open(); err != nil {
			return err
		}
		if err := lockGuestsTx(ctx, tx, editionID); err != nil {
			return err
		}
		guestID := id.New()
		sealed, err := s.sealContact(guestID, d)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, insertGuest, guestID, editionID, a.UnitID, d.Name, d.NameEN, sealed, a.PersonID, int64(s.deps.Clock.Now()))
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.Join(errs.Invalid("activity.guest_taken", "name", d.Name).On("name"))
		}
		g, err = s.guestTx(ctx, tx, a, "guest.add", guestID)
		return err
	})
	if err != nil {
		return Guest{}, err
	}
	return g, nil
}

func (s *Service) sealContact(guestID string, d GuestDraft) ([]byte, error) {
	secret, err := json.Marshal(d.Contact)
	if err != nil {
		return nil, err
	}
	return s.deps.Ring.Seal(sealPurpose, secret, bindGuest(guestID)), nil
}

// lockGuestsTx makes those who name guest hosts of an edition wait for each other.
func lockGuestsTx(ctx context.Context, tx *sqldb.Tx, editionID string) error {
	if err := insertRuleTx(ctx, tx, editionID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, lockGuests, editionID)
	return err
}

// guestTx records a change of a guest host and gives it as it stands then.
func (s *Service) guestTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, action, guestID string) (Guest, error) {
	g, err := guestByID(ctx, tx, guestID)
	if err != nil {
		return Guest{}, err
	}
	if err := s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: action, Subject: "guest", SubjectID: guestID, UnitID: g.Unit.ID}); err != nil {
		return Guest{}, err
	}
	return s.openGuest(a, g)
}

// ChangeGuest writes over a guest host that stands at version, by the department that vouches for it.
//
// Errors: activity.guest_not_found, also for another department's; activity.guest_forbidden,
// activity.edition_closed, activity.changed_meanwhile; a form as AddGuest.
func (s *Service) ChangeGuest(ctx context.Context, a actor.Actor, guestID string, version int64, d GuestDraft) (g Guest, err error) {
	defer errs.Wrap(&err, "activity.ChangeGuest(%s)", shorten(guestID))
	if d = d.tidy(); d.check() != nil {
		return Guest{}, d.check()
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		was, err := guestByID(ctx, tx, guestID)
		switch {
		case err != nil:
			return err
		case !own(a, was.Unit.ID):
			return errGuestNotFound()
		case !actor.Can(a, actor.GuestVouch, actor.Target{UnitID: was.Unit.ID, Place: was.Unit.Place}):
			return errs.Forbidden("activity.guest_forbidden")
		}
		f, err := readFacts(ctx, tx, was.EditionID)
		if err != nil {
			return err
		}
		if err := f.open(); err != nil {
			return err
		}
		if err := s.renameGuestTx(ctx, tx, a, was, version, d); err != nil {
			return err
		}
		g, err = s.guestTx(ctx, tx, a, "guest.change", guestID)
		return err
	})
	if err != nil {
		return Guest{}, err
	}
	return g, nil
}

func (s *Service) renameGuestTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, was storedGuest, version int64, d GuestDraft) error {
	if err := lockGuestsTx(ctx, tx, was.EditionID); err != nil {
		return err
	}
	var namesakes int
	if err := tx.QueryRow(ctx, countNamesakes, was.EditionID, d.Name, was.ID).Scan(&namesakes); err != nil {
		return err
	}
	if namesakes > 0 {
		return errs.Join(errs.Invalid("activity.guest_taken", "name", d.Name).On("name"))
	}
	sealed, err := s.sealContact(was.ID, d)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, updateGuest, was.ID, version, d.Name, d.NameEN, sealed, a.PersonID, int64(s.deps.Clock.Now()))
	if err != nil {
		return err
	}
	if n == 0 {
		return errChanged()
	}
	shown, err := texts(ctx, tx, publishedOfGuest, was.ID) // their host's name is public
	if err != nil {
		return err
	}
	for _, activityID := range shown {
		r, err := activityByID(ctx, tx, activityID)
		if err != nil {
			return err
		}
		if err := s.shownTx(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}
