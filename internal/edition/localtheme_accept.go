package edition

import (
	"context"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// AcceptLocalThemeTx makes a theme that a prefecture has handed in, and that was accepted, its own, over
// the one there is. Who may accept it is the caller's to check.
//
// Errors: edition.not_found, edition.archived, edition.region_outside, edition.text_… (on theme, theme_en).
func (s *Service) AcceptLocalThemeTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, editionID, region string, text ThemeText) (err error) {
	defer errs.Wrap(&err, "edition.AcceptLocalThemeTx(%s, %s)", shorten(editionID), shorten(region))
	text = ThemeText{Theme: tidy(text.Theme), ThemeEN: tidy(text.ThemeEN)}
	// The edition's row is held so that it is not archived at the same moment.
	if _, err := tx.Exec(ctx, lockEdition, editionID); err != nil {
		return err
	}
	e, err := editionByID(ctx, tx, editionID)
	switch {
	case err != nil:
		return err
	case e.Status == StatusArchived:
		return errs.Conflict("edition.archived")
	}
	level, err := territoryTx(ctx, tx, region)
	switch {
	case err != nil:
		return err
	case level != "prefecture" || region == e.Territory || !actor.RegionWithin(region, e.Territory):
		return errs.Invalid("edition.region_outside").On("region")
	}
	var bad problems
	bad.text("theme", text.Theme, maxTheme, true)
	bad.text("theme_en", text.ThemeEN, maxTheme, false)
	if err := errs.Join(bad...); err != nil {
		return err
	}
	themes, err := listLocalThemes(ctx, tx, editionID)
	if err != nil {
		return err
	}
	now := int64(s.clock.Now())
	var n int64
	if i := slices.IndexFunc(themes, func(t LocalTheme) bool { return t.Region == region }); i < 0 {
		n, err = tx.Exec(ctx, insertTheme, editionID, region, text.Theme, text.ThemeEN, a.PersonID, now)
	} else {
		n, err = tx.Exec(ctx, updateTheme, editionID, region, themes[i].Version, text.Theme, text.ThemeEN, a.PersonID, now)
	}
	if err != nil {
		return err
	}
	if n == 0 {
		return errChanged()
	}
	if err := s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "local_theme.accept", Subject: "edition", SubjectID: editionID, Fields: []string{"theme", "theme_en"}}); err != nil {
		return err
	}
	return touch(ctx, tx, editionID)
}
