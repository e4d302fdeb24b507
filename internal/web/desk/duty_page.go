package desk

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/filing"
	"openweek/internal/form"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/review"
	"openweek/internal/web/ui"
)

// dutyPage is one obligation as it stands for one unit.
type dutyPage struct {
	aboutDuty
	Sentence  string // what the notice says
	Left      string
	LeftTone  httpx.Tone
	Filing    filing.Filing
	Read      filed // the latest version, else nothing
	Past      []filing.Filing
	Decisions []decisionLine
	Chases    []duty.Chase
	Proofs    []activity.Proof // activities that stand behind it
	Names     people
	Returned  *stepLine
	May       dutyActions
}

// dutyActions are what the reader can do now.
type dutyActions struct {
	Fill, Withdraw, Ask bool
	Decide              bool   // give leave, as the upper unit
	TakeBack            string // id of the plea that can be taken back
}

type decisionLine struct {
	duty.Decision
	Asker, Decider string
}

// GetDuty shows a duty of the reader's unit, or of one in sight.
func (d *Desk) GetDuty(w http.ResponseWriter, r *httpx.Request) error {
	ctx := r.Context()
	one, err := d.Duties.Get(ctx, r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	v := d.dutyView(r, one, "")
	page := dutyPage{}
	if page.aboutDuty, err = d.aboutDuty(ctx, r, one); err != nil {
		return err
	}
	if page.Sentence, err = d.sentence(ctx, r.Actor, page.Edition, one.Obligation); err != nil {
		return err
	}
	page.Left, page.LeftTone = dutyLeft(v, one, d.today())
	if page.Filing, err = d.Filings.Get(ctx, r.Actor, one.ID); err != nil {
		return err
	}
	if page.Filing.Declined > 0 {
		if page.Past, err = d.Filings.Past(ctx, r.Actor, one.ID); err != nil {
			return err
		}
	}
	if err := d.dutyHistory(ctx, r, v, &page); err != nil {
		return err
	}
	if page.Proofs, err = d.Activities.Evidence(ctx, r.Actor, one.ID); err != nil {
		return err
	}
	if latest, ok := page.Filing.Latest(); ok {
		if page.Read, err = d.readFiled(ctx, r.Actor, page.Filing.Form.Definition, latest.Values); err != nil {
			return err
		}
	}
	page.May = actionsOn(r.Actor, page.Filing)
	page.May.TakeBack = pleaOf(r.Actor, page)
	page.May.Decide = !page.Filing.Own && d.Duties.MayDecide(ctx, r.Actor, one)
	return ui.Render(w, r, http.StatusOK, dutyDetailPage(v, page))
}

// dutyHistory adds decisions, reminders and everybody's names.
func (d *Desk) dutyHistory(ctx context.Context, r *httpx.Request, v ui.View, p *dutyPage) error {
	decisions, err := d.Duties.Decisions(ctx, r.Actor, p.Duty.ID)
	if err != nil {
		return err
	}
	if p.Chases, err = d.Duties.Chases(ctx, r.Actor, p.Duty.ID); err != nil {
		return err
	}
	ids := personsIn(p.Filing)
	for _, past := range p.Past {
		ids = append(ids, personsIn(past)...)
	}
	for _, one := range decisions {
		ids = append(ids, one.AskedBy, one.DecidedBy)
	}
	for _, one := range p.Chases {
		ids = append(ids, one.SentBy)
	}
	if p.Names, err = d.namePeople(ctx, r, v, ids...); err != nil {
		return err
	}
	for _, one := range decisions {
		p.Decisions = append(p.Decisions, decisionLine{one, who(p.unitName(one.AskedUnit), p.Names[one.AskedBy]), who(p.unitName(one.DecidedUnit), p.Names[one.DecidedBy])})
	}
	if step, ok := returnedStep(p.Filing); ok && p.Filing.State == filing.StateReturned {
		p.Returned = &stepLine{step, p.Units[step.UnitID], p.Names[step.DecidedBy]}
	}
	return nil
}

func (a aboutDuty) unitName(unitID string) string {
	if unitID == a.Duty.Unit.ID {
		return a.Duty.Unit.Name
	}
	return a.Units[unitID]
}

// steps are the readings of a version.
func (p dutyPage) steps(f filing.Filing, version int) []stepLine {
	return stepLines(f.Steps, version, p.Units, p.Names)
}

// actionsOn tells what an actor can do with a duty. The use cases decide; this is what a page offers.
func actionsOn(a actor.Actor, f filing.Filing) (may dutyActions) {
	if !f.Own || !a.Has(actor.RoleEditor, actor.RoleHead) {
		return may
	}
	d := f.Duty
	may.Fill = d.State.Waiting() || d.State == duty.StateNil
	may.Ask = !d.Asked && (d.State.Waiting() || d.State == duty.StateFiled && d.Dated())
	if latest, ok := f.Latest(); ok && d.State == duty.StateFiled {
		may.Withdraw = true
		for _, s := range f.Steps {
			if int(s.Subject.Version) == latest.N && s.DecidedBy != "" {
				may.Withdraw = false
			}
		}
	}
	return may
}

// pleaOf is what the reader's unit has asked for and can take back, "" for none.
func pleaOf(a actor.Actor, p dutyPage) string {
	if !p.Filing.Own || !a.Has(actor.RoleEditor, actor.RoleHead) {
		return ""
	}
	for _, one := range p.Decisions {
		if one.Status == duty.Asked {
			return one.ID
		}
	}
	return ""
}

// sentence is what the notice says of an obligation, "" of one that a unit has added.
func (d *Desk) sentence(ctx context.Context, a actor.Actor, e edition.Edition, o duty.Obligation) (string, error) {
	if o.Clause == "" {
		return "", nil
	}
	text, err := d.Editions.PublicNotice(ctx, a, e.ID)
	if errs.KindOf(err) == errs.KindNotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return clauseSentence(e, text, o.ID, o.Clause), nil
}

// dutyView begins a page of a duty: of the reader's own unit below its list, of another one below
// the page of the duty itself. title "" is the duty's own page.
func (d *Desk) dutyView(r *httpx.Request, one duty.Duty, title string) ui.View {
	what := one.Obligation.What
	if r.Locale == i18n.English && one.Obligation.WhatEN != "" {
		what = one.Obligation.WhatEN
	}
	what = cutTitle(what)
	crumb := ui.Crumb{Href: dutiesPath, Text: r.T("nav.duties")}
	if title == "" {
		return d.view(r, what, crumb)
	}
	return d.view(r, title, crumb, ui.Crumb{Href: dutyPath(one.ID), Text: what})
}

// titleCut tells whether the page's title is shorter than the obligation that it names.
func (p dutyPage) titleCut(v ui.View) bool { return strings.HasSuffix(v.Title, "…") }

// saysMore tells whether the sentence of the notice is another text than the obligation above it.
func (p dutyPage) saysMore(v ui.View) bool {
	if v.Locale == i18n.English && p.Duty.Obligation.WhatEN != "" {
		return p.Sentence != ""
	}
	return p.Sentence != "" && strings.TrimRight(p.Sentence, "。；") != strings.TrimRight(p.Duty.Obligation.What, "。；")
}

// maxTitle is how long a title may be, in characters: obligations are sentences.
const maxTitle = 40

func cutTitle(s string) string {
	runes := []rune(s)
	if len(runes) <= maxTitle {
		return s
	}
	return string(runes[:maxTitle]) + "…"
}

// versionPage is one version of a filing.
type versionPage struct {
	aboutDuty
	Version filing.Version
	By      string
	Read    filed
	Steps   []stepLine
	Before  int // number of the version before, 0 for none
}

// GetVersion shows what was handed in at one time, and what changed.
func (d *Desk) GetVersion(w http.ResponseWriter, r *httpx.Request) error {
	ctx := r.Context()
	f, err := d.Filings.Get(ctx, r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		return errs.NotFound("filing.not_found")
	}
	var before form.Values
	page := versionPage{}
	for _, version := range f.Versions {
		if version.N == n {
			page.Version = version
			break
		}
		before, page.Before = version.Values, version.N
	}
	if page.Version.N == 0 {
		return errs.NotFound("filing.not_found")
	}
	if page.aboutDuty, err = d.aboutDuty(ctx, r, f.Duty); err != nil {
		return err
	}
	v := d.dutyView(r, f.Duty, r.T("duties.version", "n", n))
	names, err := d.namePeople(ctx, r, v, personsIn(f)...)
	if err != nil {
		return err
	}
	page.By = names[page.Version.By]
	if page.Read, err = d.readFiled(ctx, r.Actor, f.Form.Definition, page.Version.Values, before); err != nil {
		return err
	}
	page.Read.Changed = differing(page.Version.Changes)
	page.Steps = stepLines(f.Steps, n, page.Units, names)
	page.Read.Marks = marksOf(allMarks(page.Steps))
	return ui.Render(w, r, http.StatusOK, versionDetailPage(v, page))
}

func allMarks(steps []stepLine) (list []review.Mark) {
	for _, s := range steps {
		list = append(list, s.Marks...)
	}
	return list
}
