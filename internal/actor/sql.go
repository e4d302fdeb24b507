package actor

import "openweek/internal/sqldb"

// Columns names the columns of the unit in a statement, such as "u.id", "u.region_code".
type Columns struct{ ID, Region, Line, Tier, Kind string }

// UnitColumns are the columns of table unit under an alias.
func UnitColumns(alias string) Columns {
	return Columns{ID: alias + ".id", Region: alias + ".region_code", Line: alias + ".line", Tier: alias + ".tier", Kind: alias + ".kind"}
}

// SQL gives the scope as a condition, so that lists, counts and exports are scoped before paging.
// It agrees with Covers (a test holds that on both engines).
func (s Scope) SQL(c Columns) *sqldb.Where {
	w := &sqldb.Where{}
	if s.None {
		return w.Nothing()
	}
	if len(s.Regions) > 0 {
		var inside []*sqldb.Where
		for _, code := range s.Regions {
			prefix := RegionPrefix(code)
			if prefix == "" {
				continue
			}
			// A range instead of LIKE: it uses the index on both engines. ':' follows '9'.
			inside = append(inside, (&sqldb.Where{}).And(c.Region+" >= ? AND "+c.Region+" < ?", prefix, prefix+":"))
		}
		w.Any(inside...)
	}
	in(w, c.Line, s.Lines)
	in(w, c.Tier, s.Tiers)
	in(w, c.Kind, s.Kinds)
	in(w, c.ID, s.Units)
	return w
}

// SQL gives the union of the scopes as a condition; see Scope.SQL.
func (s Scopes) SQL(c Columns) *sqldb.Where {
	alternatives := make([]*sqldb.Where, len(s))
	for i, one := range s {
		alternatives[i] = one.SQL(c)
	}
	return (&sqldb.Where{}).Any(alternatives...)
}

func in[T ~string](w *sqldb.Where, column string, values []T) {
	if len(values) == 0 {
		return
	}
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
	}
	w.In(column, texts)
}
