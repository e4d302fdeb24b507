package edition

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// ThemeText is a local theme as its prefecture writes it; an empty one takes it back.
type ThemeText struct{ Theme, ThemeEN string }

// SetLocalTheme sets, changes or takes back a prefecture's own theme (notice §一: 各地可结合地方经济社会发展情况，
// 明确地方宣传主题). Only the prefecture's education bureau may, until the edition is archived. version is
// that of the local theme, 0 where there is none yet.
//
// Errors: edition.not_found, edition.theme_forbidden, edition.archived, edition.region_outside,
// edition.changed_meanwhile, edition.text_… (on theme, theme_en).
func (s *Service) SetLocalTheme(ctx context.Context, a actor.Actor, editionID, region string, version int64, text ThemeText) (set LocalTheme, err error) {
	defer errs.Wrap(&err, "edition.SetLocalTheme(%s, %s)", shorten(editionID), shorten(region))
	text = ThemeText{Theme: tidy(text.Theme), ThemeEN: tidy(text.ThemeEN)}
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		e, err := seen(ctx, tx, a, editionID)
		if err != nil {
			return err
		}
		if !actor.Can(a, actor.LocalThemeSet, actor.Target{Place: actor.Place{Region: region, Tier: actor.TierPrefecture}}) {
			return errs.Forbidden("edition.theme_forbidden")
		}
		level, err := territoryTx(ctx, tx, region)
		if errs.Is(err, "edition.territory_unknown") || err == nil && (level != "prefecture" || region == e.Territory || !actor.RegionWithin(region, e.Territory)) {
			return errs.Invalid("edition.region_outside").On("region")
		}
		if err != nil {
			return err
		}
		var bad problems
		bad.text("theme", text.Theme, maxTheme, false)
		bad.text("theme_en", text.ThemeEN, maxTheme, false)
		if text.Theme == "" && text.ThemeEN != "" {
			bad.add(errs.Invalid("edition.text_missing").On("theme"))
		}
		if err := errs.Join(bad...); err != nil {
			return err
		}
		// The edition's row is held so that it is not archived at the same moment.
		if _, err := tx.Exec(ctx, lockEdition, editionID); err != nil {
			return err
		}
		if e, err = editionByID(ctx, tx, editionID); err != nil {
			return err
		}
		if e.Status == StatusArchived {
			return errs.Conflict("edition.archived")
		}
		now := s.clock.Now()
		var n int64
		if version == 0 {
			n, err = tx.Exec(ctx, insertTheme, editionID, region, text.Theme, text.ThemeEN, a.PersonID, int64(now))
		} else {
			n, err = tx.Exec(ctx, updateTheme, editionID, region, version, text.Theme, text.ThemeEN, a.PersonID, int64(now))
		}
		if err != nil {
			return err
		}
		if n == 0 {
			return errChanged()
		}
		set = LocalTheme{Region: region, Theme: text.Theme, ThemeEN: text.ThemeEN, SetAt: now, Version: version + 1}
		if err := s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "local_theme.set", Subject: "edition", SubjectID: editionID, Fields: []string{"theme", "theme_en"}}); err != nil {
			return err
		}
		return touch(ctx, tx, editionID)
	})
	if err != nil {
		return LocalTheme{}, err
	}
	return set, nil
}
