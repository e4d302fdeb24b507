package duty

import "openweek/internal/clock"

// Tally counts duties. Each of its rates is a part over a whole that holds it, so none exceeds 1.
type Tally struct {
	Duties                                              int
	Open, Draft, Filed, Returned, Accepted, Nil, Exempt int // by state; together they are Duties
	Dated                                               int // with a due time, excused ones apart
	OnTime                                              int // of Dated
	Undated                                             int // without a due time, excused ones apart
	Late                                                int // of Dated: not handed in before the due time, also if handed in since
	Overdue                                             int // of Late: still the unit's turn
}

// Rate is a part of a whole.
type Rate struct{ Part, Whole int }

// Known tells whether there is anything to speak of.
func (r Rate) Known() bool { return r.Whole > 0 }

// Permille gives the rate in thousandths, rounded down so that only a whole that is complete shows 1000.
func (r Rate) Permille() int {
	if r.Whole == 0 {
		return 0
	}
	return r.Part * 1000 / r.Whole
}

// Completeness is (accepted + nil) / (duties − exempt).
func (t Tally) Completeness() Rate { return Rate{t.Accepted + t.Nil, t.Duties - t.Exempt} }

// Timeliness is settled in time / dated duties − exempt.
func (t Tally) Timeliness() Rate { return Rate{t.OnTime, t.Dated} }

// Add counts one duty as it stands now.
func (t *Tally) Add(c Cell, now clock.Instant) {
	t.Duties++
	switch c.State {
	case StateOpen:
		t.Open++
	case StateDraft:
		t.Draft++
	case StateFiled:
		t.Filed++
	case StateReturned:
		t.Returned++
	case StateAccepted:
		t.Accepted++
	case StateNil:
		t.Nil++
	case StateExempt:
		t.Exempt++
		return
	}
	if !c.Dated() {
		t.Undated++
		return
	}
	t.Dated++
	if c.OnTime() {
		t.OnTime++
	}
	if c.Late(now) {
		t.Late++
		if c.State.Waiting() {
			t.Overdue++
		}
	}
}
