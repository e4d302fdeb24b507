package audit

import (
	"net/netip"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// where turns a filter into a condition, for those who may read the log.
func (l *Log) where(a actor.Actor, f Filter) (*sqldb.Where, error) {
	if !actor.Can(a, actor.AuditRead, actor.Target{}) {
		return nil, errs.Forbidden("audit.forbidden")
	}
	w := &sqldb.Where{}
	for _, field := range []struct{ column, value string }{
		{"e.person_id", f.PersonID}, {"e.unit_id", f.UnitID}, {"e.subject", f.Subject}, {"e.subject_id", f.SubjectID},
	} {
		if field.value != "" {
			w.And(field.column+" = ?", field.value)
		}
	}
	if area, all := strings.CutSuffix(f.Action, "."); all {
		// Not a range of the index: the area would be read and sorted as a whole for one page, where
		// going back in time meets a page of it soon.
		w.And("substr(e.action, 1, ?) = ?", len(area)+1, area+".")
	} else if f.Action != "" {
		w.And("e.action = ?", f.Action)
	}
	if f.Addr != "" {
		addr, err := netip.ParseAddr(strings.TrimSpace(f.Addr))
		if err != nil {
			return nil, errs.Invalid("audit.filter").On("addr").Because(err)
		}
		w.And("e.addr IN (?, ?)", l.addr(actor.Staff, addr), l.addr(actor.Public, addr))
	}
	if f.From != "" {
		if _, err := clock.ParseDay(string(f.From)); err != nil {
			return nil, errs.Invalid("audit.filter").On("from").Because(err)
		}
		w.And("e.at >= ?", int64(f.From.Start()))
	}
	if f.To != "" {
		if _, err := clock.ParseDay(string(f.To)); err != nil {
			return nil, errs.Invalid("audit.filter").On("to").Because(err)
		}
		w.And("e.at < ?", int64(f.To.End()))
	}
	if f.After != "" {
		at, last, ok := parseCursor(f.After)
		if !ok {
			return nil, errs.Invalid("audit.filter").On("after")
		}
		w.And("(e.at, e.id) < (?, ?)", int64(at), last)
	}
	return w, nil
}
