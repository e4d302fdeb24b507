package duty

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/calendar"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Recipient is who is reminded.
type Recipient string

// The recipients.
const (
	ToUnit  Recipient = "unit"  // the unit that owes
	ToHead  Recipient = "head"  // its head
	ToUpper Recipient = "upper" // the unit that reviews first
)

// Recipients lists the recipients in the order of escalation.
var Recipients = []Recipient{ToUnit, ToHead, ToUpper}

// Stage is when somebody is reminded: so many working days before (negative) or after the due day.
type Stage struct {
	Workdays int
	Who      Recipient
}

// DefaultStages are those of an edition until its office sets others.
var DefaultStages = []Stage{{-5, ToUnit}, {-1, ToUnit}, {1, ToUnit}, {3, ToHead}, {5, ToUpper}}

// chaseHour is when a day's reminders go out: offices begin at nine.
const chaseHour = 9 * time.Hour

// reached gives the stage of a recipient that stands at now for a due time, the latest whose morning
// has come. What a stopped server has missed before it is not sent as well: it would tell a unit in
// September that something is due in August.
func reached(stages []Stage, who Recipient, due, now clock.Instant, days calendar.Calendar) (stage Stage, ok bool) {
	last := (due - 1).Day()
	for _, s := range stages {
		if s.Who != who || ok && s.Workdays < stage.Workdays {
			continue
		}
		on, _ := days.AddWorkdays(last, s.Workdays)
		if on != "" && on.Start().Add(chaseHour) <= now {
			stage, ok = s, true
		}
	}
	return stage, ok
}

// ChaseKind is why a reminder was sent.
type ChaseKind string

// The kinds.
const (
	Before     ChaseKind = "before"
	After      ChaseKind = "after"
	Escalation ChaseKind = "escalation"
	Manual     ChaseKind = "manual"
)

func (s Stage) kind() ChaseKind {
	switch {
	case s.Who != ToUnit:
		return Escalation
	case s.Workdays < 0:
		return Before
	default:
		return After
	}
}

// Chase is a reminder that was sent: evidence.
type Chase struct {
	ID       string
	DutyID   string
	Kind     ChaseKind
	Workdays int // from the due day; 0 for a manual one
	Who      Recipient
	DueAt    clock.Instant // of the duty when it was sent
	Words    string        // of a manual one
	SentBy   string        // person, "" for the product
	SentAt   clock.Instant
	Messages []string // ids, for message.Evidence
}

// chaseBatch is how many duties are chased in one transaction.
const chaseBatch = 100

// wave is all that one stage of one due time has to do.
type wave struct {
	edition string
	due     clock.Instant
	stage   Stage
}

// ChaseDue sends every reminder that is due and was not sent, and gives how many. The chase is written
// with its message in one transaction and once only, so any number of processes may run it at any
// time, and one that comes late misses nothing.
func (s *Service) ChaseDue(ctx context.Context) (sent int, err error) {
	defer errs.Wrap(&err, "duty.ChaseDue")
	waves, err := s.waves(ctx)
	if err != nil {
		return 0, err
	}
	var failed []error
	for _, w := range waves {
		n, err := s.send(ctx, w)
		sent += n
		failed = append(failed, err)
	}
	return sent, errors.Join(failed...)
}

// waves lists the stages that stand now for the due times of duties that wait for their units.
func (s *Service) waves(ctx context.Context) (list []wave, err error) {
	days, err := s.calendar.Load(ctx, s.db)
	if err != nil {
		return nil, err
	}
	dues, err := sqldb.List(ctx, s.db, func(row *sql.Rows) (w wave, err error) { return w, row.Scan(&w.edition, &w.due) }, listDues)
	if err != nil {
		return nil, err
	}
	now := s.clock.Now()
	stages := map[string][]Stage{}
	for _, d := range dues {
		if _, ok := stages[d.edition]; !ok {
			if stages[d.edition], err = listStages(ctx, s.db, d.edition); err != nil {
				return nil, err
			}
		}
		for _, who := range Recipients {
			if stage, ok := reached(stages[d.edition], who, d.due, now, days); ok {
				list = append(list, wave{d.edition, d.due, stage})
			}
		}
	}
	return list, nil
}

// send works through a wave in batches.
func (s *Service) send(ctx context.Context, w wave) (sent int, err error) {
	for after := ""; ; {
		ids, err := sqldb.List(ctx, s.db, func(row *sql.Rows) (one string, err error) { return one, row.Scan(&one) },
			listUnchased, w.edition, int64(w.due), string(w.stage.Who), w.stage.Workdays, after, chaseBatch)
		if err != nil || len(ids) == 0 {
			return sent, err
		}
		after = ids[len(ids)-1]
		var n int
		err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
			n, err = s.sendTx(ctx, tx, w, ids)
			return err
		})
		if err != nil {
			return sent, err
		}
		sent += n
	}
}

func (s *Service) sendTx(ctx context.Context, tx *sqldb.Tx, w wave, ids []string) (sent int, err error) {
	var mine []claimed
	for _, dutyID := range ids {
		d, err := dutyByID(ctx, tx, dutyID)
		if err != nil {
			return 0, err
		}
		c := Chase{ID: id.New(), DutyID: dutyID, Kind: w.stage.kind(), Workdays: w.stage.Workdays, Who: w.stage.Who, DueAt: w.due, SentAt: s.clock.Now()}
		dedupe := fmt.Sprintf("%s|%s|%d|%d", dutyID, c.Who, c.Workdays, w.due)
		n, err := s.claim(ctx, tx, c, dedupe)
		if err != nil {
			return 0, err
		}
		if n > 0 {
			mine = append(mine, claimed{c.ID, d})
		}
	}
	if err := s.tellChased(ctx, tx, w, mine); err != nil {
		return 0, err
	}
	return len(mine), nil
}

// claimed is a reminder that this process has claimed and nobody else sends.
type claimed struct {
	chaseID string
	duty    Duty
}

// claim writes the evidence; 0 where another process was faster or the unit has filed meanwhile.
func (s *Service) claim(ctx context.Context, tx *sqldb.Tx, c Chase, dedupe string) (int64, error) {
	return tx.Exec(ctx, insertChase, c.ID, c.DutyID, string(c.Kind), c.Workdays, string(c.Who), int64(c.DueAt), c.Words, dedupe, c.SentBy, int64(c.SentAt))
}

// Chasing is what a manual chase did.
type Chasing struct {
	Sent    int
	Skipped int // settled or filed, or chased with the same words today
}

// Chase reminds the units of a selection of duties in words of one's own: by those who may Answer.
//
// Errors: duty.not_found where one is out of sight, duty.forbidden, duty.chase_many, duty.text_… on words.
func (s *Service) Chase(ctx context.Context, a actor.Actor, dutyIDs []string, words string) (done Chasing, err error) {
	defer errs.Wrap(&err, "duty.Chase(%d duties)", len(dutyIDs))
	words = tidy(words)
	ids := slices.Compact(slices.Sorted(slices.Values(dutyIDs)))
	if len(ids) > maxChased {
		return Chasing{}, errs.Invalid("duty.chase_many", "limit", maxChased)
	}
	if err := errs.Join(checkText("words", words, maxWords, false)); err != nil {
		return Chasing{}, err
	}
	sum := sha256.Sum256([]byte(words))
	said := hex.EncodeToString(sum[:8])
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		done = Chasing{}
		now := s.clock.Now()
		for _, dutyID := range ids {
			d, err := seen(ctx, tx, a, dutyID)
			if err != nil {
				return err
			}
			if err := s.mayDecide(ctx, tx, a, d); err != nil {
				return err
			}
			c := Chase{ID: id.New(), DutyID: dutyID, Kind: Manual, Who: ToUnit, DueAt: d.DueAt(), Words: words, SentBy: a.PersonID, SentAt: now}
			n, err := s.claim(ctx, tx, c, fmt.Sprintf("%s|manual|%s|%s|%s", dutyID, a.UnitID, now.Day(), said))
			if err != nil {
				return err
			}
			if n == 0 {
				done.Skipped++
				continue
			}
			done.Sent++
			if err := s.tellManual(ctx, tx, a, d, c); err != nil {
				return err
			}
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "duty.chase", Subject: "duty", Count: done.Sent})
	})
	if err != nil {
		return Chasing{}, err
	}
	return done, nil
}

// Chases lists the reminders sent for a duty, the latest first. Errors: duty.not_found.
func (s *Service) Chases(ctx context.Context, a actor.Actor, dutyID string) (list []Chase, err error) {
	defer errs.Wrap(&err, "duty.Chases(%s)", shorten(dutyID))
	if _, err := seen(ctx, s.db, a, dutyID); err != nil {
		return nil, err
	}
	return sqldb.List(ctx, s.db, func(row *sql.Rows) (c Chase, err error) {
		var messages string
		err = row.Scan(&c.ID, &c.DutyID, &c.Kind, &c.Workdays, &c.Who, &c.DueAt, &c.Words, &c.SentBy, &c.SentAt, &messages)
		c.Messages = strings.Fields(messages)
		return c, err
	}, findChases, dutyID)
}

// Stages lists when an edition's units are reminded. Errors: duty.edition_not_found.
func (s *Service) Stages(ctx context.Context, a actor.Actor, editionID string) (list []Stage, err error) {
	defer errs.Wrap(&err, "duty.Stages(%s)", shorten(editionID))
	if !a.IsStaff() || !id.Valid(editionID) {
		return nil, errEdition()
	}
	return listStages(ctx, s.db, editionID)
}

const maxStages = 20

// SetStages sets when an edition's units are reminded: by the head of the office that leads it. What
// was sent stays sent; none switches automatic reminders off.
//
// Errors: duty.edition_not_found, duty.edition_closed, duty.own_forbidden, duty.stage_unknown.
func (s *Service) SetStages(ctx context.Context, a actor.Actor, editionID string, stages []Stage) (err error) {
	defer errs.Wrap(&err, "duty.SetStages(%s)", shorten(editionID))
	for _, stage := range stages {
		if stage.Workdays == 0 || stage.Workdays < -60 || stage.Workdays > 60 || !known(stage.Who, Recipients) || len(stages) > maxStages {
			return errs.Invalid("duty.stage_unknown").On("stages")
		}
	}
	return s.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := s.publishedTx(ctx, tx, editionID); err != nil {
			return err
		}
		e, err := editionByID(ctx, tx, editionID)
		if err != nil {
			return err
		}
		if !actor.Can(a, actor.EditionPublish, actor.Office(e.territory)) {
			return errs.Forbidden("duty.own_forbidden")
		}
		if _, err := tx.Exec(ctx, deleteStages, editionID); err != nil {
			return err
		}
		for _, stage := range stages {
			if _, err := tx.Exec(ctx, insertStage, editionID, stage.Workdays, string(stage.Who)); err != nil {
				return err
			}
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "duty.set_stages", Subject: "edition", SubjectID: editionID, Count: len(stages)})
	})
}
