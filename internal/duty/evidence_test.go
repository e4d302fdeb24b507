package duty_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// prove lets a unit have done something of a kind.
func (l *ledger) prove(unitName, subject string, when time.Time, kinds ...string) (discharged int) {
	l.t.Helper()
	must(l.t, l.db.Write(ctx, func(tx *sqldb.Tx) (err error) {
		discharged, err = l.EvidenceTx(ctx, tx, sys, l.e.ID, l.ids[unitName], kinds, subject, clock.FromTime(when))
		return err
	}))
	return discharged
}

func TestEvidenceDischargesADutyOfItsKindOnce(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		held, subject := day(7, 20, 11, 0), id.New()
		l.clock.Set(day(7, 21, 9, 0))
		if n := l.prove("长沙高职", subject, held, "open_enterprise"); n != 0 {
			t.Errorf("another kind discharges %d", n)
		}
		if n := l.prove("长沙高职", subject, held, "pupil_visit", "open_campus"); n != 1 {
			t.Fatalf("discharged %d", n)
		}
		got := l.duty("长沙高职", "pupil_visit")
		if got.State != duty.StateAccepted || got.Filed != clock.FromTime(held) || got.SettledAt != clock.FromTime(day(7, 21, 9, 0)) {
			t.Errorf("it stands as %+v", got.Cell)
		}
		second := id.New()
		if n := l.prove("长沙高职", subject, held, "pupil_visit") + l.prove("长沙高职", second, day(7, 21, 8, 0), "pupil_visit"); n != 0 {
			t.Errorf("discharged %d again", n)
		}
		list, err := l.Evidence(ctx, l.editor("长沙高职"), got.ID)
		must(t, err)
		if want := []duty.Counted{{SubjectID: subject, At: clock.FromTime(held)}, {SubjectID: second, At: clock.FromTime(day(7, 21, 8, 0))}}; fmt.Sprint(list) != fmt.Sprint(want) {
			t.Errorf("evidence %v, want %v", list, want)
		}
		_, err = l.Evidence(ctx, l.editor("株洲高职"), got.ID)
		refused(t, err, "duty.not_found")
		if other := l.duty("株洲高职", "pupil_visit"); other.State != duty.StateOpen {
			t.Errorf("another college's is %s", other.State)
		}
	})
}

func TestEvidenceLeavesWhatIsFiledOrExcused(t *testing.T) {
	in(t, func(t *testing.T, l *ledger) {
		l.publish()
		filed, returned := l.file("长沙高职", "pupil_visit", day(7, 10, 9, 0)), l.file("株洲高职", "pupil_visit", day(7, 11, 9, 0))
		l.decide(returned, duty.Returned)
		l.prove("长沙高职", id.New(), day(7, 20, 11, 0), "pupil_visit")
		l.prove("株洲高职", id.New(), day(7, 20, 11, 0), "pupil_visit")
		var states []string
		for _, name := range []string{"长沙高职", "株洲高职"} {
			d := l.duty(name, "pupil_visit")
			states = append(states, string(d.State)+" "+string(d.Filed.Day()))
		}
		if got, want := strings.Join(states, ", "), "filed 2020-07-10, accepted 2020-07-11"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		l.decide(filed, duty.Returned)
		_, err := l.Give(ctx, l.head("省教育厅"), filed.ID, duty.Plea{Kind: duty.Exemption, Reason: "校舍维修"})
		must(t, err)
		if n := l.prove("长沙高职", id.New(), day(7, 21, 11, 0), "pupil_visit"); n != 0 {
			t.Error("what is excused was discharged")
		}
	})
}
