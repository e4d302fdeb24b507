package edition

import (
	"context"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Answer is whom a person says a phrase means: the units of the scopes together with those of a
// group. No scope and no group means nobody.
type Answer struct {
	Scopes  actor.Scopes
	GroupID string
}

const maxScopes = 40

// check tells what is wrong with an answer. A scope without any restriction would oblige everybody.
func (n Answer) check(e Edition) problems {
	var bad problems
	unknown := func() { bad.add(errs.Invalid("audience.scope_unknown").On("scopes")) }
	if len(n.Scopes) > maxScopes {
		bad.add(errs.Invalid("edition.list_long", "limit", maxScopes).On("scopes"))
		return bad
	}
	for _, s := range n.Scopes {
		if s.None || len(s.Lines)+len(s.Kinds)+len(s.Units) == 0 {
			bad.add(errs.Invalid("audience.scope_wide").On("scopes"))
			continue
		}
		if !allIn(s.Lines, append(slices.Clone(actor.Lines), actor.LineNone)) || !allIn(s.Tiers, actor.Tiers) || !allIn(s.Kinds, actor.Kinds) {
			unknown()
		}
		if slices.ContainsFunc(s.Units, func(unitID string) bool { return !id.Valid(unitID) }) || len(s.Units) > maxMembers {
			unknown()
		}
		for _, code := range s.Regions {
			if len(code) != 6 || odd(code) || !actor.RegionWithin(code, e.Territory) {
				bad.add(errs.Invalid("audience.region_outside").On("scopes"))
			}
		}
	}
	if n.GroupID != "" && !slices.ContainsFunc(e.Groups, func(g Group) bool { return g.ID == n.GroupID }) {
		bad.add(errs.NotFound("audience.group_not_found").On("group"))
	}
	return bad
}

func allIn[T comparable](values, all []T) bool {
	return !slices.ContainsFunc(values, func(v T) bool { return !slices.Contains(all, v) })
}

// within restricts scopes without a region to the edition's territory.
func (n Answer) within(territory string) Answer {
	n.Scopes = slices.Clone(n.Scopes)
	for i := range n.Scopes {
		if len(n.Scopes[i].Regions) == 0 {
			n.Scopes[i].Regions = []string{territory}
		}
	}
	return n
}

// ResolveAudience says whom a phrase means, over what the vocabulary said or for what it left open.
// In a published edition only open phrases are resolved: what units were told to owe stays.
//
// Errors: edition.not_found, edition.forbidden, edition.archived, edition.changed_meanwhile,
// edition.published_fixed, audience.not_found, audience.scope_wide, audience.scope_unknown,
// audience.region_outside, audience.group_not_found.
func (s *Service) ResolveAudience(ctx context.Context, a actor.Actor, editionID string, version int64, audienceID string, answer Answer) (after Edition, err error) {
	defer errs.Wrap(&err, "edition.ResolveAudience(%s, %s)", shorten(editionID), shorten(audienceID))
	return s.edit(ctx, a, actor.EditionDraft, editionID, version, func(tx *sqldb.Tx, e Edition) (audit.Entry, error) {
		was, ok := e.audience(audienceID)
		if !ok {
			return audit.Entry{}, errs.NotFound("audience.not_found")
		}
		if e.Status == StatusPublished && was.Resolved {
			return audit.Entry{}, errFixed("audience")
		}
		if err := errs.Join(answer.check(e)...); err != nil {
			return audit.Entry{}, err
		}
		answer := answer.within(e.Territory)
		_, err := decideAudience(ctx, tx, editionID, Audience{ID: audienceID, Scopes: answer.Scopes, GroupID: answer.GroupID}, a.PersonID, s.clock.Now())
		return audit.Entry{Action: "audience.resolve", Fields: []string{"scopes", "group"}}, err
	})
}

func (e Edition) audience(audienceID string) (Audience, bool) {
	for _, a := range e.Addressees {
		if a.ID == audienceID {
			return a, true
		}
	}
	for _, o := range e.Obligations {
		for _, a := range o.Audiences {
			if a.ID == audienceID {
				return a, true
			}
		}
	}
	return Audience{}, false
}

// AddAudience adds a phrase to an obligation of a draft, or to the addressee line where obligationID is
// "", and reads it with the vocabulary.
//
// Errors: as ResolveAudience; edition.obligation_not_found, edition.text_….
func (s *Service) AddAudience(ctx context.Context, a actor.Actor, editionID string, version int64, obligationID, phrase string) (after Edition, err error) {
	defer errs.Wrap(&err, "edition.AddAudience(%s, %s)", shorten(editionID), shorten(obligationID))
	return s.edit(ctx, a, actor.EditionDraft, editionID, version, func(tx *sqldb.Tx, e Edition) (audit.Entry, error) {
		if e.Status == StatusPublished {
			return audit.Entry{}, errFixed("audience")
		}
		list := e.Addressees
		if obligationID != "" {
			o, ok := e.Obligation(obligationID)
			if !ok {
				return audit.Entry{}, errs.NotFound("edition.obligation_not_found")
			}
			list = o.Audiences
		}
		phrase := tidy(phrase)
		var bad problems
		if bad.text("phrase", phrase, maxPhrase, true); len(list) >= maxList {
			bad.add(errs.Invalid("edition.list_long", "limit", maxList).On("phrase"))
		}
		if err := errs.Join(bad...); err != nil {
			return audit.Entry{}, err
		}
		t, err := territoryFor(ctx, tx, e.Territory, []string{phrase})
		if err != nil {
			return audit.Entry{}, err
		}
		for _, to := range e.Addressees {
			t.Addressed = append(t.Addressed, to.Scopes...)
		}
		groups := len(e.Groups)
		made := e.audiences(t.Resolve([]string{phrase}))[0]
		for _, g := range e.Groups[groups:] {
			if err := addGroup(ctx, tx, editionID, g); err != nil {
				return audit.Entry{}, err
			}
		}
		position, err := last(ctx, tx, lastAudience, editionID)
		if err != nil {
			return audit.Entry{}, err
		}
		return audit.Entry{Action: "edition.change", Fields: []string{"audience"}}, writeAudience(ctx, tx, editionID, obligationID, made, position+1)
	})
}

// RemoveAudience takes a phrase out of a draft. Errors: as ResolveAudience.
func (s *Service) RemoveAudience(ctx context.Context, a actor.Actor, editionID string, version int64, audienceID string) (after Edition, err error) {
	defer errs.Wrap(&err, "edition.RemoveAudience(%s, %s)", shorten(editionID), shorten(audienceID))
	return s.edit(ctx, a, actor.EditionDraft, editionID, version, func(tx *sqldb.Tx, e Edition) (audit.Entry, error) {
		if e.Status == StatusPublished {
			return audit.Entry{}, errFixed("audience")
		}
		n, err := tx.Exec(ctx, deleteAudience, audienceID, editionID)
		if err == nil && n == 0 {
			err = errs.NotFound("audience.not_found")
		}
		return audit.Entry{Action: "edition.change", Fields: []string{"audience"}}, err
	})
}

const maxMembers = 2000

// CreateGroup makes an empty named group. Errors: as ResolveAudience; audience.group_taken (on name).
func (s *Service) CreateGroup(ctx context.Context, a actor.Actor, editionID string, version int64, name, nameEN string) (after Edition, err error) {
	defer errs.Wrap(&err, "edition.CreateGroup(%s)", shorten(editionID))
	return s.edit(ctx, a, actor.EditionDraft, editionID, version, func(tx *sqldb.Tx, e Edition) (audit.Entry, error) {
		g := Group{ID: id.New(), Name: tidy(name), NameEN: tidy(nameEN)}
		var bad problems
		bad.text("name", g.Name, maxName, true)
		bad.text("name_en", g.NameEN, maxName, false)
		if slices.ContainsFunc(e.Groups, func(other Group) bool { return other.Name == g.Name }) {
			bad.add(errs.Invalid("audience.group_taken", "name", g.Name).On("name"))
		}
		if len(e.Groups) >= maxList {
			bad.add(errs.Invalid("edition.list_long", "limit", maxList).On("name"))
		}
		if err := errs.Join(bad...); err != nil {
			return audit.Entry{}, err
		}
		return audit.Entry{Action: "group.create"}, addGroup(ctx, tx, editionID, g)
	})
}

func addGroup(ctx context.Context, tx *sqldb.Tx, editionID string, g Group) error {
	position, err := last(ctx, tx, lastGroup, editionID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertGroup, g.ID, editionID, g.Name, g.NameEN, position+1)
	return err
}

// FillGroup writes the members of a group. The members of a published edition's group only grow: what
// units were told to owe stays.
//
// Errors: as ResolveAudience; audience.group_not_found, audience.member_unknown (on units) for an id
// that is no open unit.
func (s *Service) FillGroup(ctx context.Context, a actor.Actor, editionID string, version int64, groupID string, unitIDs []string) (after Edition, err error) {
	defer errs.Wrap(&err, "edition.FillGroup(%s, %s)", shorten(editionID), shorten(groupID))
	return s.edit(ctx, a, actor.EditionDraft, editionID, version, func(tx *sqldb.Tx, e Edition) (audit.Entry, error) {
		i := slices.IndexFunc(e.Groups, func(g Group) bool { return g.ID == groupID })
		if i < 0 {
			return audit.Entry{}, errs.NotFound("audience.group_not_found")
		}
		ids := slices.Compact(slices.Sorted(slices.Values(unitIDs)))
		switch {
		case len(ids) > maxMembers:
			return audit.Entry{}, errs.Invalid("edition.list_long", "limit", maxMembers).On("units")
		case slices.ContainsFunc(ids, func(unitID string) bool { return !id.Valid(unitID) }):
			return audit.Entry{}, errs.Invalid("audience.member_unknown").On("units")
		}
		for _, m := range e.Groups[i].Members {
			if e.Status == StatusPublished && !slices.Contains(ids, m.UnitID) {
				return audit.Entry{}, errFixed("units")
			}
		}
		if _, err := tx.Exec(ctx, deleteMembers, groupID); err != nil {
			return audit.Entry{}, err
		}
		for _, unitID := range ids {
			n, err := tx.Exec(ctx, insertMember, groupID, unitID)
			if err != nil {
				return audit.Entry{}, err
			}
			if n == 0 {
				return audit.Entry{}, errs.Invalid("audience.member_unknown").On("units")
			}
		}
		return audit.Entry{Action: "group.fill", Count: len(ids)}, nil
	})
}
