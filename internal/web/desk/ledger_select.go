package desk

import (
	"context"
	"net/http"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/web/ui"
)

// What can be done with a selection of the matrix.
const (
	doChase  = "chase"
	doExtend = "extend"
	doExempt = "exempt"
)

var doings = []string{doChase, doExtend, doExempt}

const (
	// maxSelected bounds a selection: a whole province's duties of one obligation fit several times.
	maxSelected = 2000
	// chaseBatch is how many duties one call of duty.Chase takes.
	chaseBatch = 500
	// SelectionBody is the largest body of a selection in bytes: ids of maxSelected duties with their names.
	SelectionBody = 1 << 20
)

// selection is what was ticked in the matrix, and what can be done with it.
type selection struct {
	ledgerView
	Do    string
	Ready []duty.Duty // on which it will be done
	Units int         // of Ready
	// What is left out and why: the state does not allow it, or another unit decides.
	Settled, Foreign int
	Filter           ledgerFilter // of the matrix it was taken from
}

// back is the address of the matrix it was taken from.
func (s selection) back() string { return s.Filter.at(s.path(tabMatrix)) }

// GetSelection leads back to the matrix: a selection is sent, never addressed.
func (d *Desk) GetSelection(w http.ResponseWriter, r *httpx.Request) error {
	return httpx.Redirect(w, r, ledgerPath(r.PathID("id")), editionsPath)
}

// PostSelection says what will happen to how many of the ticked cells, before anything does.
func (d *Desk) PostSelection(w http.ResponseWriter, r *httpx.Request) error {
	s, err := d.selectionOf(r)
	if err != nil {
		return err
	}
	picks, err := d.picked(r, s)
	if err != nil {
		return err
	}
	if err := d.weigh(r.Context(), r.Actor, &s, picks); err != nil {
		return err
	}
	return d.showSelection(w, r, http.StatusOK, s, selectionWords{}, nil)
}

func (d *Desk) selectionOf(r *httpx.Request) (s selection, err error) {
	if s.ledgerView, err = d.ledgerOf(r, tabMatrix); err != nil {
		return s, err
	}
	if s.Status != edition.StatusPublished {
		return s, errs.Conflict("duty.edition_closed")
	}
	if !mayAct(r.Actor) {
		return s, errs.Forbidden("duty.forbidden")
	}
	in := r.Input()
	s.Do = in.Choice("do", doings...)
	s.Filter = readLedgerFilter(in, s.ID)
	s.Filter.After = ""
	if s.Do == "" && in.Err() == nil {
		return s, errs.Invalid("error.bad_request")
	}
	return s, in.Err()
}

// picked finds the ticked cells: single ones, all of ticked units (in ticked columns, where there are
// any), or everything that the filter shows.
func (d *Desk) picked(r *httpx.Request, s selection) (list []duty.Duty, err error) {
	in := r.Input()
	cells, units, columns, everything := in.IDs("duty"), in.IDs("unit"), in.IDs("column"), in.Yes("everything")
	f := s.Filter
	if err := in.Err(); err != nil {
		return nil, err
	}
	if len(units) == 0 && len(cells) == 0 && len(columns) > 0 {
		everything = true // a column alone means all of it
	}
	wants := func(unitID string, o duty.Obligation, e duty.Entry) bool {
		switch {
		case e.State == "" || f.narrowed() && !e.Match && !slices.Contains(cells, e.DutyID):
			return false
		case slices.Contains(cells, e.DutyID):
			return true
		case len(columns) > 0 && !slices.Contains(columns, o.ID):
			return false
		}
		return everything || slices.Contains(units, unitID)
	}
	for {
		m, err := d.Duties.Matrix(r.Context(), r.Actor, f.MatrixQuery)
		if err != nil {
			return nil, err
		}
		for _, row := range m.Rows {
			for i, e := range row.Duties {
				if wants(row.Unit.ID, m.Obligations[i], e) {
					list = append(list, duty.Duty{ID: e.DutyID, EditionID: s.ID, Obligation: m.Obligations[i], Unit: row.Unit, Cell: e.Cell, Late: e.Late})
				}
			}
		}
		if m.Next == "" || len(list) > maxSelected {
			break
		}
		f.After = m.Next
	}
	switch {
	case len(list) == 0:
		return nil, errs.Invalid("ledger.nothing_picked")
	case len(list) > maxSelected:
		return nil, errs.Invalid("ledger.too_many_picked", "limit", maxSelected)
	}
	return list, nil
}

// allowed tells whether the state of a duty lets it be done.
func allowed(do string, d duty.Duty) bool {
	switch do {
	case doExtend:
		return d.Dated() && (d.State.Waiting() || d.State == duty.StateFiled)
	default:
		return d.State.Waiting()
	}
}

// weigh parts what can be done from what cannot.
func (d *Desk) weigh(ctx context.Context, a actor.Actor, s *selection, list []duty.Duty) error {
	units := map[string]bool{}
	for _, one := range list {
		switch {
		case !allowed(s.Do, one):
			s.Settled++
		case !d.Duties.MayDecide(ctx, a, one):
			s.Foreign++
		default:
			s.Ready = append(s.Ready, one)
			units[one.Unit.ID] = true
		}
	}
	s.Units = len(units)
	return ctx.Err()
}

// selectionWords are what a person adds to what is done.
type selectionWords struct{ Until, Words string }

func (d *Desk) showSelection(w http.ResponseWriter, r *httpx.Request, status int, s selection, words selectionWords, problem error) error {
	v := d.ledgerPage(r, s.ledgerView, selectionTitle(r, s.Do)).
		WithProblems(problem, "words", wordsLabel(r, s.Do), "reason", wordsLabel(r, s.Do), "until", r.T("ledger.until"))
	return ui.Render(w, r, status, ledgerSelectionPage(v, s, words))
}

//i18n:prefix ledger.do_
func selectionTitle(r *httpx.Request, do string) string { return r.T("ledger.do_" + do) }

func wordsLabel(r *httpx.Request, do string) string {
	if do == doChase {
		return r.T("ledger.chase_words")
	}
	return r.T("ledger.reason")
}

// selectionDone is what came of it.
type selectionDone struct {
	selection
	Done, Skipped int
}

// PostSelected does what PostSelection has announced.
func (d *Desk) PostSelected(w http.ResponseWriter, r *httpx.Request) error {
	s, err := d.selectionOf(r)
	if err != nil {
		return err
	}
	in := r.Input()
	ids := in.IDs("duty")
	words := selectionWords{Until: string(in.Day("until")), Words: in.Text("words", 500)}
	if words.Words == "" {
		words.Words = in.Text("reason", 500)
	}
	if len(ids) > maxSelected {
		return errs.Invalid("ledger.too_many_picked", "limit", maxSelected)
	}
	err = in.Err()
	done := selectionDone{selection: s}
	if err == nil {
		err = d.doSelected(r, &done, ids, words)
	}
	if httpx.IsProblem(err) {
		for _, one := range ids {
			found, gerr := d.Duties.Get(r.Context(), r.Actor, one)
			if gerr != nil {
				return gerr
			}
			s.Ready = append(s.Ready, found)
		}
		units := map[string]bool{}
		for _, one := range s.Ready {
			units[one.Unit.ID] = true
		}
		s.Units = len(units)
		return d.showSelection(w, r, httpx.Status(errs.As(err)), s, words, err)
	}
	if err != nil {
		return err
	}
	v := d.ledgerPage(r, s.ledgerView, selectionTitle(r, s.Do))
	return ui.Render(w, r, http.StatusOK, ledgerDonePage(v, done))
}

func (d *Desk) doSelected(r *httpx.Request, done *selectionDone, ids []string, words selectionWords) error {
	if done.Do == doChase {
		for batch := range slices.Chunk(ids, chaseBatch) {
			sent, err := d.Duties.Chase(r.Context(), r.Actor, batch, words.Words)
			if err != nil {
				return err
			}
			done.Done, done.Skipped = done.Done+sent.Sent, done.Skipped+sent.Skipped
		}
		return nil
	}
	plea := duty.Plea{Kind: duty.Exemption, Reason: words.Words}
	if done.Do == doExtend {
		plea.Kind, plea.Until = duty.Extension, r.Input().Day("until")
	}
	for _, one := range ids {
		_, err := d.Duties.Give(r.Context(), r.Actor, one, plea)
		switch {
		case err == nil:
			done.Done++
		case errs.KindOf(err) == errs.KindConflict, errs.Is(err, "duty.extension_early") && done.Done > 0:
			done.Skipped++ // somebody else was faster, or its due time lies later already
		default:
			return err
		}
	}
	return nil
}

// willWords says what will happen to how many.
//
//i18n:prefix ledger.will_
func willWords(v ui.View, s selection) string {
	return v.T("ledger.will_"+s.Do, "count", len(s.Ready), "units", s.Units)
}

//i18n:prefix ledger.confirm_
func confirmWords(v ui.View, s selection) string {
	return v.T("ledger.confirm_"+s.Do, "count", len(s.Ready))
}

//i18n:prefix ledger.done_
func doneWords(v ui.View, p selectionDone) string { return v.T("ledger.done_"+p.Do, "count", p.Done) }
