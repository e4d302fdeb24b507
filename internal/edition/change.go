package edition

import (
	"context"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/notice"
	"openweek/internal/sqldb"
)

// Details is what a person edits of an edition itself. A published edition keeps year, name, theme and
// dates; its English labels, colour and the release of contact data may still change.
type Details struct {
	Year            int
	Name, NameEN    string
	Theme, ThemeEN  string
	Start, End      clock.Day
	Accent          string
	ContactReleased bool
}

// Details gives what may be edited of e.
func (e Summary) Details() Details {
	return Details{Year: e.Year, Name: e.Name, NameEN: e.NameEN, Theme: e.Theme, ThemeEN: e.ThemeEN, Start: e.Start, End: e.End,
		Accent: e.Accent, ContactReleased: e.ContactReleased}
}

// Change writes details over an edition that stands at version.
//
// Errors: edition.not_found, edition.forbidden, edition.archived, edition.changed_meanwhile, a form of
// problems each on its field; edition.published_fixed (Conflict, on the field) for what stays.
func (s *Service) Change(ctx context.Context, a actor.Actor, editionID string, version int64, d Details) (after Edition, err error) {
	defer errs.Wrap(&err, "edition.Change(%s)", shorten(editionID))
	return s.edit(ctx, a, actor.EditionDraft, editionID, version, func(tx *sqldb.Tx, e Edition) (audit.Entry, error) {
		was := e.Details()
		next := e.Summary
		next.Year, next.Name, next.NameEN, next.Theme, next.ThemeEN = d.Year, tidy(d.Name), tidy(d.NameEN), tidy(d.Theme), tidy(d.ThemeEN)
		next.Start, next.End, next.Accent, next.ContactReleased = d.Start, d.End, tidy(d.Accent), d.ContactReleased
		now := next.Details()
		var fields []string
		for _, f := range []struct {
			name          string
			differs, free bool
		}{
			{"year", now.Year != was.Year, false}, {"name", now.Name != was.Name, false}, {"name_en", now.NameEN != was.NameEN, true},
			{"theme", now.Theme != was.Theme, false}, {"theme_en", now.ThemeEN != was.ThemeEN, true},
			{"start", now.Start != was.Start, false}, {"end", now.End != was.End, false},
			{"accent", now.Accent != was.Accent, true}, {"contact_released", now.ContactReleased != was.ContactReleased, true},
		} {
			if f.differs && !f.free && e.Status == StatusPublished {
				return audit.Entry{}, errFixed(f.name)
			}
			if f.differs {
				fields = append(fields, f.name)
			}
		}
		if err := errs.Join(next.check()...); err != nil {
			return audit.Entry{}, err
		}
		_, err := tx.Exec(ctx, updateEdition, editionID, next.Year, next.Name, next.NameEN, next.Theme, next.ThemeEN,
			string(next.Start), string(next.End), next.Accent, next.ContactReleased)
		return audit.Entry{Action: "edition.change", Fields: fields}, err
	})
}

// SetIssuers writes the list of issuers, the lead first. Of a published edition only English names change.
//
// Errors: as Change.
func (s *Service) SetIssuers(ctx context.Context, a actor.Actor, editionID string, version int64, issuers []Issuer) (after Edition, err error) {
	defer errs.Wrap(&err, "edition.SetIssuers(%s)", shorten(editionID))
	return s.edit(ctx, a, actor.EditionDraft, editionID, version, func(tx *sqldb.Tx, e Edition) (audit.Entry, error) {
		var bad problems
		list := make([]Issuer, len(issuers))
		if len(issuers) > maxList {
			return audit.Entry{}, errs.Invalid("edition.list_long", "limit", maxList).On("issuers")
		}
		for i, one := range issuers {
			list[i] = Issuer{Name: tidy(one.Name), NameEN: tidy(one.NameEN)}
			bad.text("issuers", list[i].Name, maxName, true)
			bad.text("issuers", list[i].NameEN, maxName, false)
		}
		if err := errs.Join(bad...); err != nil {
			return audit.Entry{}, err
		}
		sameName := func(x, y Issuer) bool { return x.Name == y.Name }
		if e.Status == StatusPublished && !slices.EqualFunc(list, e.Issuers, sameName) {
			return audit.Entry{}, errFixed("issuers")
		}
		if _, err := tx.Exec(ctx, deleteIssuers, editionID); err != nil {
			return audit.Entry{}, err
		}
		return audit.Entry{Action: "edition.change", Fields: []string{"issuers"}}, writeIssuers(ctx, tx, editionID, list)
	})
}

// SaveItem adds a topic, method, genre or channel (without ID) or changes one. Of a published edition
// only the English texts of its items change.
//
// Errors: as Change; edition.item_not_found, edition.code_taken (on code).
func (s *Service) SaveItem(ctx context.Context, a actor.Actor, editionID string, version int64, it Item) (after Edition, err error) {
	defer errs.Wrap(&err, "edition.SaveItem(%s, %s)", shorten(editionID), shorten(it.ID))
	return s.edit(ctx, a, actor.EditionDraft, editionID, version, func(tx *sqldb.Tx, e Edition) (audit.Entry, error) {
		if !slices.Contains(ItemKinds, it.Kind) {
			return audit.Entry{}, errs.Invalid("edition.choice_unknown").On("kind")
		}
		it := it.tidy()
		if err := errs.Join(it.check()...); err != nil {
			return audit.Entry{}, err
		}
		list := e.Items(it.Kind)
		if slices.ContainsFunc(list, func(other Item) bool { return other.Code == it.Code && other.ID != it.ID }) {
			return audit.Entry{}, errs.Invalid("edition.code_taken", "code", it.Code).On("code")
		}
		entry := audit.Entry{Action: "edition.change", Fields: []string{string(it.Kind)}}
		if it.ID == "" {
			switch {
			case e.Status == StatusPublished:
				return audit.Entry{}, errFixed(string(it.Kind))
			case len(list) >= maxList:
				return audit.Entry{}, errs.Invalid("edition.list_long", "limit", maxList).On(string(it.Kind))
			}
			position, err := last(ctx, tx, lastItem, editionID, string(it.Kind))
			if err != nil {
				return audit.Entry{}, err
			}
			it.ID = id.New()
			_, err = writeItem(ctx, tx, editionID, it, position+1)
			return entry, err
		}
		i := slices.IndexFunc(list, func(other Item) bool { return other.ID == it.ID })
		if i < 0 {
			return audit.Entry{}, errs.NotFound("edition.item_not_found")
		}
		if was := list[i]; e.Status == StatusPublished &&
			(was.Code != it.Code || was.Name != it.Name || was.Description != it.Description || was.Clause != it.Clause) {
			return audit.Entry{}, errFixed(string(it.Kind))
		}
		_, err := tx.Exec(ctx, updateItem, it.ID, editionID, it.Code, it.Name, it.NameEN, it.Description, it.DescriptionEN, it.Clause)
		return entry, err
	})
}

// RemoveItem takes an item out of a draft. Errors: as SaveItem.
func (s *Service) RemoveItem(ctx context.Context, a actor.Actor, editionID string, version int64, itemID string) (after Edition, err error) {
	defer errs.Wrap(&err, "edition.RemoveItem(%s, %s)", shorten(editionID), shorten(itemID))
	return s.edit(ctx, a, actor.EditionDraft, editionID, version, func(tx *sqldb.Tx, e Edition) (audit.Entry, error) {
		if e.Status == StatusPublished {
			return audit.Entry{}, errFixed("item")
		}
		n, err := tx.Exec(ctx, deleteItem, itemID, editionID)
		if err == nil && n == 0 {
			err = errs.NotFound("edition.item_not_found")
		}
		return audit.Entry{Action: "edition.change", Fields: []string{"item"}}, err
	})
}

// SaveObligation adds an obligation (without ID) or changes one; its audiences are changed by
// AddAudience and ResolveAudience. Of a published edition only WhatEN changes.
//
// Errors: as Change; edition.obligation_not_found, edition.due_missing, edition.time_impossible.
func (s *Service) SaveObligation(ctx context.Context, a actor.Actor, editionID string, version int64, o Obligation) (after Edition, err error) {
	defer errs.Wrap(&err, "edition.SaveObligation(%s, %s)", shorten(editionID), shorten(o.ID))
	return s.edit(ctx, a, actor.EditionDraft, editionID, version, func(tx *sqldb.Tx, e Edition) (audit.Entry, error) {
		o := o.tidy()
		if err := errs.Join(o.check()...); err != nil {
			return audit.Entry{}, err
		}
		entry := audit.Entry{Action: "edition.change", Fields: []string{"obligation"}}
		if o.ID == "" {
			switch {
			case e.Status == StatusPublished:
				return audit.Entry{}, errFixed("obligation")
			case len(e.Obligations) >= maxList:
				return audit.Entry{}, errs.Invalid("edition.list_long", "limit", maxList).On("obligation")
			}
			position, err := last(ctx, tx, lastObligation, editionID)
			if err != nil {
				return audit.Entry{}, err
			}
			o.ID, o.Span = id.New(), notice.Span{}
			return entry, writeObligation(ctx, tx, editionID, o, position+1)
		}
		was, ok := e.Obligation(o.ID)
		if !ok {
			return audit.Entry{}, errs.NotFound("edition.obligation_not_found")
		}
		if e.Status == StatusPublished && !o.sameDuty(was) {
			return audit.Entry{}, errFixed("obligation")
		}
		_, err := tx.Exec(ctx, updateObligation, o.ID, editionID, o.Clause, o.What, o.WhatEN, o.Timing, string(o.Due), o.DueTime, o.SubmitTo,
			o.Required, o.Discharge, o.FormHint)
		return entry, err
	})
}

func (o Obligation) sameDuty(was Obligation) bool {
	return o.Clause == was.Clause && o.What == was.What && o.Timing == was.Timing && o.Due == was.Due && o.DueTime == was.DueTime &&
		o.SubmitTo == was.SubmitTo && o.Required == was.Required && o.Discharge == was.Discharge && o.FormHint == was.FormHint
}

func (o Obligation) tidy() Obligation {
	for _, s := range []*string{&o.Clause, &o.What, &o.WhatEN, &o.SubmitTo, &o.FormHint, &o.DueTime} {
		*s = tidy(*s)
	}
	return o
}

func (o Obligation) check() problems {
	var bad problems
	bad.text("clause", o.Clause, maxClause, false)
	bad.text("what", o.What, maxWhat, true)
	bad.text("what_en", o.WhatEN, maxWhat, false)
	bad.text("to", o.SubmitTo, maxPhrase, false)
	bad.text("form_hint", o.FormHint, maxPhrase, false)
	switch o.Timing {
	case notice.TimingDue:
		if o.Due == "" {
			bad.add(errs.Invalid("edition.due_missing").On("due"))
		} else {
			bad.day("due", o.Due)
		}
	case notice.TimingWindow, notice.TimingRolling, notice.TimingOnRequest, notice.TimingOpen:
		if o.Due != "" || o.DueTime != "" {
			bad.add(errs.Invalid("edition.due_without_timing").On("due"))
		}
	default:
		bad.add(errs.Invalid("edition.choice_unknown").On("timing"))
	}
	if o.DueTime != "" && !timePattern.MatchString(o.DueTime) {
		bad.add(errs.Invalid("edition.time_impossible").On("due_time"))
	}
	if o.Discharge != notice.ByFiling && o.Discharge != notice.ByDecision && o.Discharge != notice.ByEvidence {
		bad.add(errs.Invalid("edition.choice_unknown").On("discharge"))
	}
	return bad
}

// RemoveObligation takes an obligation out of a draft. Errors: as SaveObligation.
func (s *Service) RemoveObligation(ctx context.Context, a actor.Actor, editionID string, version int64, obligationID string) (after Edition, err error) {
	defer errs.Wrap(&err, "edition.RemoveObligation(%s, %s)", shorten(editionID), shorten(obligationID))
	return s.edit(ctx, a, actor.EditionDraft, editionID, version, func(tx *sqldb.Tx, e Edition) (audit.Entry, error) {
		if e.Status == StatusPublished {
			return audit.Entry{}, errFixed("obligation")
		}
		if _, err := tx.Exec(ctx, deleteAudiences, obligationID, editionID); err != nil {
			return audit.Entry{}, err
		}
		n, err := tx.Exec(ctx, deleteObligation, obligationID, editionID)
		if err == nil && n == 0 {
			err = errs.NotFound("edition.obligation_not_found")
		}
		return audit.Entry{Action: "edition.change", Fields: []string{"obligation"}}, err
	})
}
