package filing

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/file"
	"openweek/internal/form"
	"openweek/internal/message"
	"openweek/internal/review"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
)

// Deps are the services that filings are made with.
type Deps struct {
	DB       *sqldb.DB
	Ring     *seal.Ring
	Clock    clock.Clock
	Log      *audit.Log
	Duties   *duty.Service
	Forms    *form.Service
	Reviews  *review.Service
	Files    *file.Service
	Messages *message.Service
	Editions *edition.Service
	Figures  []Figure // asked in their order; the first that knows a figure gives it
}

// Service holds the use cases of filings. It is safe for concurrent use.
type Service struct{ deps Deps }

// NewService makes the service, and makes it the reader of the files that are attached to filings.
func NewService(d Deps) *Service {
	s := &Service{d}
	d.Files.Serve(Kind, s)
	d.Files.Serve(DraftKind, s)
	return s
}

// Get gets the living filing for a duty of the actor's unit or of one in sight. Drafts are seen by the
// unit's own people only.
//
// Errors: duty.not_found, form.not_found.
func (s *Service) Get(ctx context.Context, a actor.Actor, dutyID string) (f Filing, err error) {
	defer errs.Wrap(&err, "filing.Get(%s)", shorten(dutyID))
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		f, err = s.get(ctx, q, a, dutyID)
		return err
	})
	return f, err
}

func (s *Service) get(ctx context.Context, q sqldb.Querier, a actor.Actor, dutyID string) (f Filing, err error) {
	d, err := s.deps.Duties.GetTx(ctx, q, a, dutyID)
	if err != nil {
		return Filing{}, err
	}
	living, ok, err := livingOf(ctx, q, dutyID)
	if err != nil {
		return Filing{}, err
	}
	if !ok {
		f = Filing{Duty: d, State: StateDraft, Own: own(a, d)}
		if f.Form, err = s.formFor(ctx, q, d); err != nil {
			return Filing{}, err
		}
		return f, q.QueryRow(ctx, countDeclined, dutyID).Scan(&f.Declined)
	}
	return s.view(ctx, q, a, d, living)
}

// Past lists the filings for a duty that were declined, the first first. Errors: duty.not_found.
func (s *Service) Past(ctx context.Context, a actor.Actor, dutyID string) (list []Filing, err error) {
	defer errs.Wrap(&err, "filing.Past(%s)", shorten(dutyID))
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		d, err := s.deps.Duties.GetTx(ctx, q, a, dutyID)
		if err != nil {
			return err
		}
		rows, err := listFilings(ctx, q, findOfDuty, dutyID)
		if err != nil {
			return err
		}
		list = nil
		for _, row := range rows {
			if row.state != StateDeclined {
				continue
			}
			f, err := s.view(ctx, q, a, d, row)
			if err != nil {
				return err
			}
			list = append(list, f)
		}
		return nil
	})
	return list, err
}

// view gives a filing as the actor may see it.
func (s *Service) view(ctx context.Context, q sqldb.Querier, a actor.Actor, d duty.Duty, row stored) (f Filing, err error) {
	f = Filing{ID: row.id, Duty: d, State: row.state, Own: own(a, d)}
	if f.Form, err = s.deps.Forms.Get(ctx, q, row.form); err != nil {
		return Filing{}, err
	}
	if f.Steps, err = s.deps.Reviews.History(ctx, q, Kind, row.id); err != nil {
		return Filing{}, err
	}
	if err := q.QueryRow(ctx, countDeclined, d.ID).Scan(&f.Declined); err != nil {
		return Filing{}, err
	}
	clear := f.Own || a.Class == actor.System || slices.ContainsFunc(f.Steps, func(step review.Step) bool { return a.IsStaff() && step.UnitID == a.UnitID })
	if f.Own {
		f.Draft = Draft{Version: row.version, By: row.by, At: row.at}
		if f.Draft.Values, err = s.open(f.Form.Definition, row.open, row.sealed, bindDraft(row.id)); err != nil {
			return Filing{}, err
		}
	}
	versions, err := listVersions(ctx, q, row.id)
	if err != nil {
		return Filing{}, err
	}
	var before form.Values
	for _, v := range versions {
		if v.Values, err = s.open(f.Form.Definition, v.open, v.sealed, bindVersion(row.id, v.N)); err != nil {
			return Filing{}, err
		}
		if v.Outcome == Withdrawn && !f.Own {
			continue
		}
		if !clear {
			v.Values = mask(f.Form.Definition, v.Values)
		}
		if before != nil {
			v.Changes = form.Diff(before, v.Values, f.Form.Definition)
		}
		before = v.Values
		f.Versions = append(f.Versions, v.Version)
	}
	if !f.Own && f.State == StateDraft {
		f.ID, f.Steps = "", nil // begun or taken back: nothing was handed in
	}
	return f, nil
}

func own(a actor.Actor, d duty.Duty) bool { return a.IsStaff() && a.UnitID == d.Unit.ID }

// mayWrite tells whether the actor fills in for the unit.
func mayWrite(a actor.Actor, d duty.Duty) error {
	switch {
	case !own(a, d):
		return errs.NotFound("duty.not_found")
	case !a.Has(actor.RoleEditor, actor.RoleHead):
		return errForbidden()
	}
	return nil
}

// formFor gives the form that a duty is filed in: the one that was set for its obligation, else that
// of the notice's hint, else the short evidence form.
func (s *Service) formFor(ctx context.Context, q sqldb.Querier, d duty.Duty) (form.Form, error) {
	territory, err := s.deps.Duties.Territory(ctx, q, d)
	if err != nil {
		return form.Form{}, err
	}
	code := d.Obligation.Form
	if code == "" {
		code = form.CodeFor(d.Obligation.FormHint)
	}
	return s.deps.Forms.Current(ctx, q, territory, code)
}

const sealPurpose = "filing.personal"

func bindDraft(filingID string) string { return "filing:" + filingID + ":draft" }

func bindVersion(filingID string, n int) string { return fmt.Sprintf("filing:%s:%d", filingID, n) }

// lock parts values into what may be stored in clear and what is sealed.
func (s *Service) lock(d form.Definition, v form.Values, bind string) (open string, sealed []byte, err error) {
	clear, personal := d.Split(v)
	text, err := json.Marshal(clear)
	if err != nil {
		return "", nil, err
	}
	if len(personal) > 0 {
		secret, err := json.Marshal(personal)
		if err != nil {
			return "", nil, err
		}
		sealed = s.deps.Ring.Seal(sealPurpose, secret, bind)
	}
	return string(text), sealed, nil
}

// open is the inverse of lock.
func (s *Service) open(d form.Definition, open string, sealed []byte, bind string) (form.Values, error) {
	clear, err := d.ParseValues([]byte(open))
	if err != nil || len(sealed) == 0 {
		return clear, err
	}
	secret, err := s.deps.Ring.Open(sealPurpose, sealed, bind)
	if err != nil {
		return nil, err
	}
	personal, err := d.ParseValues(secret)
	return form.Merge(clear, personal), err
}

// hash is over all that a reviewer reads. It is keyed: without the key nobody can try out who it names.
func (s *Service) hash(formID string, v form.Values) (string, error) {
	text, err := json.Marshal(v)
	return hex.EncodeToString(s.deps.Ring.Hash("filing.version", formID+"\n"+string(text))), err
}

// record writes an audit entry about a filing.
func (s *Service) record(ctx context.Context, tx *sqldb.Tx, a actor.Actor, action, filingID string, d duty.Duty, fields ...string) error {
	return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: action, Subject: Kind, SubjectID: filingID, UnitID: d.Unit.ID, Fields: fields})
}
