package desk

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/id"
	"openweek/internal/sheet"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

const auditPath = "/desk/audit"

// auditQuery is the filter bar as it was filled in.
type auditQuery struct {
	From, To      clock.Day
	Action        string // an action, or with a dot at its end all of an area
	Subject       string
	SubjectID     string
	Person        string // a sign-in name
	Unit          string // an id
	Addr          string
	unknownPerson bool
}

func (q auditQuery) restricts() bool {
	return q.From != "" || q.To != "" || q.Action != "" || q.Subject != "" || q.SubjectID != "" || q.Person != "" || q.Unit != "" || q.Addr != ""
}

type auditList struct {
	Query   auditQuery
	Records []audit.Record
	SignIns map[string]string    // of the people who acted and were acted on, by id
	Units   map[string]unit.Unit // those that entries speak of, by id
	State   audit.State
	Pages   ui.Pages
	Export  string
	Refused bool // the filter was not understood
}

// person names somebody by the sign-in name where it is known.
func (p auditList) person(personID string) string {
	if name := p.SignIns[personID]; name != "" {
		return name
	}
	return shortID(personID)
}

// shortID is enough of an id to tell two apart; the whole one is in the export.
func shortID(s string) string {
	if id.Valid(s) {
		return "…" + s[len(s)-8:]
	}
	return s
}

// readAuditQuery reads the filter bar; the filter is what the log understands of it.
func (d *Desk) readAuditQuery(r *httpx.Request) (q auditQuery, f audit.Filter, err error) {
	in := r.Input()
	known := slices.Clone(actions)
	for _, area := range areas {
		known = append(known, area+".")
	}
	q = auditQuery{
		From: in.Day("from"), To: in.Day("to"), Action: in.Choice("action", known...), Subject: in.Choice("subject", subjects...),
		SubjectID: in.Text("subject_id", 60), Person: strings.ToLower(in.Text("person", 60)), Unit: in.ID("unit"), Addr: in.Text("addr", 60),
	}
	f = audit.Filter{
		From: q.From, To: q.To, Action: q.Action, Subject: q.Subject, SubjectID: q.SubjectID, UnitID: q.Unit, Addr: q.Addr, After: in.Raw("after"),
	}
	if err := in.Err(); err != nil {
		return q, audit.Filter{}, err
	}
	if q.Person != "" {
		f.PersonID, err = d.Units.PersonBySignIn(r.Context(), r.Actor, q.Person)
		if errs.Is(err, "person.not_found") {
			q.unknownPerson, err = true, nil
		}
	}
	return q, f, err
}

// GetAudit searches the log and shows the state of its chain.
func (d *Desk) GetAudit(w http.ResponseWriter, r *httpx.Request) error {
	q, filter, err := d.readAuditQuery(r)
	page := auditList{Query: q}
	var found audit.Page
	if err == nil && !q.unknownPerson {
		found, err = d.Audit.Find(r.Context(), r.Actor, filter)
	}
	problem := err
	if err != nil && (!httpx.IsProblem(err) || !readsAudit(r.Actor)) {
		return err
	}
	if page.State, err = d.Audit.State(r.Context(), r.Actor); err != nil {
		return err
	}
	page.Records = found.Records
	if err := d.nameRecords(r, &page); err != nil {
		return err
	}
	status := http.StatusOK
	if page.Refused = problem != nil; page.Refused {
		status = httpx.Status(errs.As(problem))
	}
	v := d.view(r, r.T("nav.audit")).WithProblems(problem, "from", r.T("desk.from"), "to", r.T("desk.to"), "addr", r.T("desk.addr"))
	page.Pages = ui.PagesOf(v, r.Input(), found.Next, v.T("desk.audit_summary", "count", len(page.Records)))
	page.Export = elsewhere(r.Input(), auditPath+"/export")
	return ui.Render(w, r, status, auditPage(v, page))
}

// nameRecords finds names for the ids of a page of entries.
func (d *Desk) nameRecords(r *httpx.Request, p *auditList) (err error) {
	var people []string
	units := map[string]bool{}
	for _, one := range p.Records {
		people = append(people, one.PersonID)
		if one.Subject == "person" {
			people = append(people, one.SubjectID)
		}
		if one.UnitID != "" {
			units[one.UnitID] = true
		}
		if one.Subject == "unit" && one.SubjectID != "" {
			units[one.SubjectID] = true
		}
	}
	if p.SignIns, err = d.Units.SignIns(r.Context(), r.Actor, people); err != nil {
		return err
	}
	p.Units = map[string]unit.Unit{}
	for unitID := range units {
		u, err := d.Units.Get(r.Context(), r.Actor, unitID)
		if err != nil && !errs.Is(err, "unit.not_found") {
			return err
		}
		if err == nil {
			p.Units[unitID] = u
		}
	}
	return nil
}

// GetAuditExport gives what the list shows, all pages, as an Excel file; the log records it.
func (d *Desk) GetAuditExport(w http.ResponseWriter, r *httpx.Request) error {
	q, filter, err := d.readAuditQuery(r)
	if err != nil {
		return err
	}
	if q.unknownPerson {
		return errs.NotFound("person.not_found")
	}
	records, err := d.Audit.Export(r.Context(), r.Actor, filter)
	if err != nil {
		return err
	}
	v := d.Shell.View(r, r.T("nav.audit"))
	var heads []sheet.Head
	for _, title := range []string{
		v.T("desk.seq"), v.T("desk.when"), v.T("desk.action"), v.T("desk.code_of_action"), v.T("desk.class"), v.T("desk.person_id"), v.T("desk.unit_id"), v.T("desk.subject"),
		v.T("desk.subject_id"), v.T("desk.fields"), v.T("desk.count"), v.T("desk.addr"), v.T("ui.request_id"), v.T("desk.entry_id"),
	} {
		heads = append(heads, sheet.Head{Title: title})
	}
	rows := func(yield func([]any, error) bool) {
		for one, err := range records {
			if err != nil {
				yield(nil, err)
				return
			}
			var seq any // empty while it is not sealed
			if one.Seq > 0 {
				seq = one.Seq
			}
			if !yield([]any{
				seq, one.At, actionName(v, one.Action), one.Action, className(v, one.Class), one.PersonID, one.UnitID, subjectName(v, one.Subject),
				one.SubjectID, strings.Join(one.Fields, " "), one.Count, one.Addr, one.RequestID, one.ID,
			}, nil) {
				return
			}
		}
	}
	var body bytes.Buffer
	if err := sheet.Write(&body, sheet.Book{Sheets: []sheet.Sheet{{Name: v.Title, Columns: heads, Rows: rows}}}); err != nil {
		return err
	}
	return d.workbook(w, r, v.Title, body.Bytes())
}

//i18n:prefix desk.class_
func className(v ui.View, c actor.Class) string { return v.T("desk.class_" + string(c)) }

type verification struct {
	State    audit.State
	Findings []audit.Finding
	At       clock.Instant
}

// PostVerify verifies the whole chain now and shows what was found. It is recorded.
func (d *Desk) PostVerify(w http.ResponseWriter, r *httpx.Request) error {
	found, err := d.Audit.VerifyNow(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	state, err := d.Audit.State(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	v := d.view(r, r.T("desk.verify"), ui.Crumb{Href: auditPath, Text: r.T("nav.audit")})
	return ui.Render(w, r, http.StatusOK, verificationPage(v, verification{State: state, Findings: found, At: d.Clock.Now()}))
}

//i18n:prefix desk.fault_
func faultName(v ui.View, f audit.Fault) string { return v.T("desk.fault_" + string(f)) }

// actionOptions are the areas with their actions below them.
func actionOptions(v ui.View) []ui.Option {
	var out []ui.Option
	for _, area := range areas {
		out = append(out, ui.Option{Value: area + ".", Text: v.T("desk.all_of_area", "area", areaName(v, area))})
		for _, action := range actions {
			if strings.HasPrefix(action, area+".") {
				out = append(out, ui.Option{Value: action, Text: "\u3000" + actionName(v, action)})
			}
		}
	}
	return out
}

// unitName names a unit that entries speak of.
func (p auditList) unitName(l i18n.Locale, unitID string) string {
	u, ok := p.Units[unitID]
	if !ok {
		return shortID(unitID)
	}
	name, _ := i18n.Pick(l, u.Name, u.NameEN)
	return name
}
