package edition

import (
	"context"
	"strconv"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Copying says where a copy of an edition is to stand.
type Copying struct {
	Year int
	// Start is the first day of the copy's week, which is as long as the original's; "" takes the same day of Year.
	Start clock.Day
	// DuesWithWeek moves due days by as many days as the week, so that they keep their distance to it;
	// otherwise they keep their day of the year (8月31日 stays 8月31日).
	DuesWithWeek bool
	Name         string // "" takes the original's with the year replaced
}

// CopyToYear makes a draft for another year with the original's issuers, theme, topics, methods, genres,
// channels, groups with their members, addressees and obligations; without its notice, amendments and
// local themes.
//
// Errors: edition.not_found, edition.forbidden, a form of problems each on its field.
func (s *Service) CopyToYear(ctx context.Context, a actor.Actor, editionID string, c Copying) (e Edition, err error) {
	defer errs.Wrap(&err, "edition.CopyToYear(%s, %d)", shorten(editionID), c.Year)
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		summary, err := seen(ctx, tx, a, editionID)
		switch {
		case err != nil:
			return err
		case !actor.Can(a, actor.EditionPublish, actor.Office(summary.Territory)):
			return errForbidden()
		}
		from, err := loadEdition(ctx, tx, editionID)
		if err != nil {
			return err
		}
		plan, groups := from.copied(c)
		if err := errs.Join(plan.Summary.check()...); err != nil {
			return err
		}
		if _, err := writeEdition(ctx, tx, plan, a.PersonID, s.clock.Now()); err != nil {
			return err
		}
		for old, made := range groups {
			if _, err := tx.Exec(ctx, copyMembers, old, made); err != nil {
				return err
			}
		}
		if err := s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "edition.copy", Subject: "edition", SubjectID: plan.ID}); err != nil {
			return err
		}
		if err := touch(ctx, tx, plan.ID); err != nil {
			return err
		}
		e, err = countedEdition(ctx, tx, plan.ID)
		return err
	})
	if err != nil {
		return Edition{}, err
	}
	return e, nil
}

// copied plans the copy, with new ids, and tells which group became which.
func (e Edition) copied(c Copying) (plan Edition, groups map[string]string) {
	years := c.Year - e.Year
	start := c.Start
	if start == "" {
		start = addYears(e.Start, years)
	}
	end, days := start, 0
	if e.Start != "" && valid(start) {
		end, days = start.AddDays(e.Start.DaysUntil(e.End)), e.Start.DaysUntil(start)
	}
	name := tidy(c.Name)
	if name == "" {
		name = strings.ReplaceAll(e.Name, strconv.Itoa(e.Year), strconv.Itoa(c.Year))
	}
	plan = Edition{
		Summary: Summary{
			ID: id.New(), Territory: e.Territory, Year: c.Year, Name: name,
			NameEN: strings.ReplaceAll(e.NameEN, strconv.Itoa(e.Year), strconv.Itoa(c.Year)), Status: StatusDraft,
			Theme: e.Theme, ThemeEN: e.ThemeEN, Start: start, End: end, Accent: e.Accent, CopiedFrom: e.ID,
		},
		Issuers: e.Issuers,
	}
	for _, kind := range ItemKinds {
		into := map[ItemKind]*[]Item{ItemTopic: &plan.Topics, ItemMethod: &plan.Methods, ItemGenre: &plan.Genres, ItemChannel: &plan.Channels}[kind]
		for _, it := range e.Items(kind) {
			it.ID = id.New()
			*into = append(*into, it)
		}
	}
	groups = map[string]string{}
	for _, g := range e.Groups {
		groups[g.ID] = id.New()
		plan.Groups = append(plan.Groups, Group{ID: groups[g.ID], Name: g.Name, NameEN: g.NameEN})
	}
	audiences := func(list []Audience) []Audience {
		out := make([]Audience, len(list))
		for i, a := range list {
			a.ID, a.GroupID = id.New(), groups[a.GroupID]
			out[i] = a
		}
		return out
	}
	plan.Addressees = audiences(e.Addressees)
	for _, o := range e.Obligations {
		o.ID, o.Audiences = id.New(), audiences(o.Audiences)
		if o.Due != "" && c.DuesWithWeek {
			o.Due = o.Due.AddDays(days)
		} else {
			o.Due = addYears(o.Due, years)
		}
		plan.Obligations = append(plan.Obligations, o)
	}
	return plan, groups
}

func valid(d clock.Day) bool {
	_, err := clock.ParseDay(string(d))
	return err == nil
}

// addYears moves a day by whole years; 29 February becomes the 28th where the year has none. "" stays.
func addYears(d clock.Day, years int) clock.Day {
	if !valid(d) {
		return d
	}
	t := d.Time()
	if moved, ok := clock.DayOf(t.Year()+years, int(t.Month()), t.Day()); ok {
		return moved
	}
	moved, ok := clock.DayOf(t.Year()+years, int(t.Month()), 28)
	if !ok {
		return d // beyond the calendar; the year is refused by check
	}
	return moved
}
