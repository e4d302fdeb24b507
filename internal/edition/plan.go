package edition

import (
	"context"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// PreviewCreation tells what CreateEdition would make of a draft as it stands now, with counts, and
// makes nothing. Creation.Version is not looked at.
//
// Errors: as CreateEdition.
func (s *Service) PreviewCreation(ctx context.Context, a actor.Actor, noticeID string, c Creation) (e Edition, err error) {
	defer errs.Wrap(&err, "edition.PreviewCreation(%s)", shorten(noticeID))
	err = s.db.Snapshot(ctx, func(q sqldb.Querier) error {
		n, err := seenNotice(ctx, q, a, noticeID)
		switch {
		case err != nil:
			return err
		case !actor.Can(a, actor.EditionDraft, actor.Office(n.Territory)):
			return errForbidden()
		case n.EditionID != "":
			return errs.Conflict("edition.notice_used")
		case n.Kind != Original:
			return errs.Conflict("edition.notice_amending")
		}
		if e, err = planOf(ctx, q, n, c); err != nil {
			return err
		}
		counted, err := takeCensus(ctx, q, e.ID, e.everyAudience())
		if err != nil {
			return err
		}
		counted.fill(&e)
		return nil
	})
	if err != nil {
		return Edition{}, err
	}
	return e, nil
}

// everyAudience lists the addressees and the audiences of all obligations.
func (e Edition) everyAudience() []Audience {
	all := slices.Clone(e.Addressees)
	for _, o := range e.Obligations {
		all = append(all, o.Audiences...)
	}
	return all
}

// Missing lists what a draft lacks before it can be published, each on its field: start, end, theme,
// topics, methods, issuers. Open audiences are counted by Open.
func (e Edition) Missing() []*errs.Error { return e.ready() }

// CountAnswer counts the different units that an answer would cover in an edition, before it is saved.
//
// Errors: see Get; those of a malformed answer as ResolveAudience.
func (s *Service) CountAnswer(ctx context.Context, a actor.Actor, editionID string, answer Answer) (n int, err error) {
	defer errs.Wrap(&err, "edition.CountAnswer(%s)", shorten(editionID))
	err = s.db.Snapshot(ctx, func(q sqldb.Querier) error {
		if _, err := seen(ctx, q, a, editionID); err != nil {
			return err
		}
		e, err := loadEdition(ctx, q, editionID)
		if err != nil {
			return err
		}
		if err := errs.Join(answer.check(e)...); err != nil {
			return err
		}
		answer := answer.within(e.Territory)
		one := Audience{Scopes: answer.Scopes, GroupID: answer.GroupID}
		counted, err := takeCensus(ctx, q, editionID, []Audience{one})
		n = counted.count(one)
		return err
	})
	return n, err
}

// MoveItem moves an item of a draft one place up or down among those of its kind. Errors: as SaveItem.
func (s *Service) MoveItem(ctx context.Context, a actor.Actor, editionID string, version int64, itemID string, up bool) (after Edition, err error) {
	defer errs.Wrap(&err, "edition.MoveItem(%s, %s)", shorten(editionID), shorten(itemID))
	return s.edit(ctx, a, actor.EditionDraft, editionID, version, func(tx *sqldb.Tx, e Edition) (audit.Entry, error) {
		if e.Status == StatusPublished {
			return audit.Entry{}, errFixed("item")
		}
		for _, kind := range ItemKinds {
			list := e.Items(kind)
			from := slices.IndexFunc(list, func(it Item) bool { return it.ID == itemID })
			if from < 0 {
				continue
			}
			to := from + 1
			if up {
				to = from - 1
			}
			if to >= 0 && to < len(list) {
				list[from], list[to] = list[to], list[from]
			}
			for position, it := range list {
				if _, err := tx.Exec(ctx, placeItem, it.ID, editionID, position); err != nil {
					return audit.Entry{}, err
				}
			}
			return audit.Entry{Action: "edition.change", Fields: []string{string(kind)}}, nil
		}
		return audit.Entry{}, errs.NotFound("edition.item_not_found")
	})
}

// RenameGroup gives a group its names. Of a published edition only the English name changes.
//
// Errors: as ResolveAudience; audience.group_not_found, audience.group_taken (on name).
func (s *Service) RenameGroup(ctx context.Context, a actor.Actor, editionID string, version int64, groupID, name, nameEN string) (after Edition, err error) {
	defer errs.Wrap(&err, "edition.RenameGroup(%s, %s)", shorten(editionID), shorten(groupID))
	return s.edit(ctx, a, actor.EditionDraft, editionID, version, func(tx *sqldb.Tx, e Edition) (audit.Entry, error) {
		i := slices.IndexFunc(e.Groups, func(g Group) bool { return g.ID == groupID })
		if i < 0 {
			return audit.Entry{}, errs.NotFound("audience.group_not_found")
		}
		name, nameEN := tidy(name), tidy(nameEN)
		if e.Status == StatusPublished && name != e.Groups[i].Name {
			return audit.Entry{}, errFixed("name")
		}
		var bad problems
		bad.text("name", name, maxName, true)
		bad.text("name_en", nameEN, maxName, false)
		if slices.ContainsFunc(e.Groups, func(other Group) bool { return other.Name == name && other.ID != groupID }) {
			bad.add(errs.Invalid("audience.group_taken", "name", name).On("name"))
		}
		if err := errs.Join(bad...); err != nil {
			return audit.Entry{}, err
		}
		_, err := tx.Exec(ctx, renameGroup, groupID, editionID, name, nameEN)
		return audit.Entry{Action: "edition.change", Fields: []string{"group"}}, err
	})
}

// Covered is a unit that an audience covers.
type Covered struct {
	UnitID, Name, NameEN string
	Place                actor.Place
}

// FindCovered lists the open units that an audience of an edition covers and the actor may see, by
// region and name, at most limit of them after the unit with the id after ("" begins). more tells that
// the list goes on. Audience.Count counts all, also those out of sight.
//
// Errors: see Get; audience.not_found.
func (s *Service) FindCovered(ctx context.Context, a actor.Actor, editionID, audienceID, after string, limit int) (list []Covered, more bool, err error) {
	defer errs.Wrap(&err, "edition.FindCovered(%s, %s)", shorten(editionID), shorten(audienceID))
	err = s.db.Snapshot(ctx, func(q sqldb.Querier) error {
		if _, err := seen(ctx, q, a, editionID); err != nil {
			return err
		}
		e, err := loadEdition(ctx, q, editionID)
		if err != nil {
			return err
		}
		who, ok := e.audience(audienceID)
		if !ok {
			return errs.NotFound("audience.not_found")
		}
		where := actor.Sight(a).SQL(actor.UnitColumns("u")).Any(obligedWhere([]Audience{who}))
		if after != "" {
			where.And(coveredAfter, after)
		}
		list, err = listCovered(ctx, q, where, limit+1)
		return err
	})
	if len(list) > limit {
		list, more = list[:limit], true
	}
	return list, more, err
}

// Audience finds an audience of the edition with the obligation that it belongs to; owed is the zero
// Obligation for an addressee.
func (e Edition) Audience(audienceID string) (a Audience, owed Obligation, ok bool) {
	for _, o := range e.Obligations {
		for _, a := range o.Audiences {
			if a.ID == audienceID {
				return a, o, true
			}
		}
	}
	a, ok = e.audience(audienceID)
	return a, Obligation{}, ok
}

// Value gives a field of the draft as a Change would write it; ok is false where there is no such field.
func (d Draft) Value(field string) (value string, ok bool) {
	e, ok := d.entry(field)
	if !ok {
		return "", false
	}
	return e.get(), true
}
