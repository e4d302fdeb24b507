package visit

import (
	"slices"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

func (f Filter) where(unitID string) (*sqldb.Where, error) {
	w := (&sqldb.Where{}).And("a.unit_id = ?", unitID)
	if f.State != "" {
		if !slices.Contains(States, f.State) {
			return nil, errs.Invalid("visit.filter_unknown").On("state")
		}
		stateWhere(w, f.State)
	}
	if f.ActivityID != "" {
		w.And("v.activity_id = ?", f.ActivityID)
	}
	if f.Day != "" {
		w.And("s.starts_at >= ? AND s.starts_at < ?", int64(f.Day.Start()), int64(f.Day.End()))
	}
	if f.From != 0 {
		w.And("s.ends_at > ?", int64(f.From))
	}
	return w, nil
}

// visitsAfter continues a list behind a visit, in the order of findVisits.
func visitsAfter(w *sqldb.Where, c cursor) {
	w.And("((CASE WHEN b.status = 'pending' AND v.filled_at > 0 THEN 0 ELSE 1 END), s.starts_at, v.booking_id) > (?, ?, ?)", c.rank, int64(c.at), c.id)
}

// ofSchool are the visits of registered schools.
func ofSchool(ids ...string) *sqldb.Where { return (&sqldb.Where{}).In("v.school_id", ids) }

// ofTyped are the visits of schools of a region whose names were typed.
func ofTyped(region, text string) *sqldb.Where {
	prefix := actor.RegionPrefix(region)
	w := (&sqldb.Where{}).And("v.school_id IS NULL AND v.region_code >= ? AND v.region_code < ?", prefix, prefix+":")
	if text != "" {
		w.And("v.school_name LIKE ? ESCAPE '!'", sqldb.LikePart(text))
	}
	return w
}

// inEdition restricts visits to those of an edition.
func inEdition(w *sqldb.Where, editionID string) *sqldb.Where {
	return w.And("a.edition_id = ?", editionID)
}

// takingPlace leaves out the visits that were given up.
func takingPlace(w *sqldb.Where) *sqldb.Where { return w.And("b.status <> 'cancelled'") }
