package desk

import (
	"context"
	"slices"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/file"
	"openweek/internal/filing"
	"openweek/internal/form"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/review"
	"openweek/internal/web/ui"
)

// attachments are files by their id, as far as the reader may read them.
type attachments map[string]file.File

// filed are values of a form as somebody reads them.
type filed struct {
	Definition form.Definition
	Values     form.Values
	Visible    map[string]bool
	Files      attachments
	Marks      marks
	Changed    map[string]bool // fields that differ from the version before
	// Marking offers a box for the reviewer's words beside each field; Written is what stands in them.
	Marking bool
	Written map[string]string
}

// marks are a reviewer's words by the path of the field.
type marks map[string][]string

// of gives the words on a field and, for a table, on its rows and cells, those on cells with the
// number of their row.
func (m marks) of(v ui.View, f form.Field) (words []string) {
	words = slices.Clone(m[f.Code])
	for path, list := range m {
		parts := strings.Split(path, ".")
		if parts[0] != f.Code || len(parts) < 2 {
			continue
		}
		for _, said := range list {
			words = append(words, cellWords(v, f, parts[1:], said))
		}
	}
	slices.Sort(words[len(m[f.Code]):])
	return words
}

func marksOf(list []review.Mark) marks {
	m := marks{}
	for _, one := range list {
		m[one.Field] = append(m[one.Field], one.Words)
	}
	return m
}

// readFiled prepares values for reading.
func (d *Desk) readFiled(ctx context.Context, a actor.Actor, def form.Definition, values form.Values, also ...form.Values) (filed, error) {
	p := filed{Definition: def, Values: values, Visible: def.Visible(values), Files: attachments{}}
	for _, v := range append(also, values) {
		if err := d.addFiles(ctx, a, p.Files, v); err != nil {
			return filed{}, err
		}
	}
	return p, nil
}

// addFiles asks for the files that values name.
func (d *Desk) addFiles(ctx context.Context, a actor.Actor, known attachments, values form.Values) error {
	for _, value := range values {
		ids, _ := value.(form.Files)
		for _, fileID := range ids {
			if _, done := known[fileID]; done {
				continue
			}
			f, err := d.Files.Get(ctx, a, fileID)
			if errs.KindOf(err) == errs.KindNotFound {
				continue
			}
			if err != nil {
				return err
			}
			known[fileID] = f
		}
	}
	return nil
}

// sections are those of which anything is shown.
func (p filed) sections() (list []form.Section) {
	for _, s := range p.Definition.Sections {
		if len(p.fields(s)) > 0 {
			list = append(list, s)
		}
	}
	return list
}

func (p filed) fields(s form.Section) (list []form.Field) {
	for _, f := range s.Fields {
		if p.Visible[f.Code] {
			list = append(list, f)
		}
	}
	return list
}

// grouped writes a number with its thousands parted.
func grouped(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "−", s[1:]
	}
	whole, fraction, hasPoint := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if hasPoint {
		whole += "." + fraction
	}
	return sign + whole
}

// withUnit writes a number with its unit.
func withUnit(v ui.View, f form.Field, n string) string {
	if f.Unit.Zh == "" {
		return grouped(n)
	}
	return v.T("duties.with_unit", "number", grouped(n), "unit", label(v, f.Unit))
}

func optionLabel(v ui.View, f form.Field, code string) string {
	if o, ok := f.Option(code); ok {
		return label(v, o.Label)
	}
	return code
}

func fileFacts(f file.File) string {
	return strings.ToUpper(string(f.Type)) + " " + httpx.Size(f.Bytes)
}

// upper names the departments above a unit, whom it may know: they stand at the head of its regions.
func (d *Desk) upper(ctx context.Context, r *httpx.Request, region, territory string) (map[string]string, error) {
	names := map[string]string{}
	for _, code := range slices.Compact([]string{region, region[:min(4, len(region))] + "00", territory}) {
		list, err := d.Units.Departments(ctx, code)
		if err != nil {
			return nil, err
		}
		for _, u := range list {
			names[u.ID], _ = i18n.Pick(r.Locale, u.Name, u.NameEN)
		}
	}
	return names, nil
}

// stepLine is one reading as the history shows it.
type stepLine struct {
	review.Step
	Unit, Person string
}

// stepLines gives the readings of a version.
func stepLines(steps []review.Step, version int, units map[string]string, persons people) (list []stepLine) {
	for _, s := range steps {
		if int(s.Subject.Version) == version && (s.State != review.Void || s.DecidedBy != "") {
			list = append(list, stepLine{s, units[s.UnitID], persons[s.DecidedBy]})
		}
	}
	return list
}

//i18n:prefix duties.step_
func readingWord(v ui.View, s review.State) string { return v.T("duties.step_" + string(s)) }

func readingTone(s review.State) httpx.Tone {
	switch s {
	case review.Accepted:
		return ui.Good
	case review.Returned, review.Declined:
		return ui.Bad
	case review.Open:
		return ui.Notice
	}
	return ui.Plain
}

//i18n:prefix duties.outcome_
func outcomeWord(v ui.View, o filing.Outcome) string { return v.T("duties.outcome_" + string(o)) }

func outcomeTone(o filing.Outcome) httpx.Tone {
	switch o {
	case filing.Accepted:
		return ui.Good
	case filing.Returned, filing.Declined:
		return ui.Bad
	case filing.Filed:
		return ui.Notice
	}
	return ui.Plain
}

// personsIn lists everybody whom a filing's history names.
func personsIn(f filing.Filing) (ids []string) {
	ids = append(ids, f.Draft.By)
	for _, version := range f.Versions {
		ids = append(ids, version.By)
	}
	for _, s := range f.Steps {
		ids = append(ids, s.DecidedBy)
	}
	return ids
}

// returnedStep is the reading that sent the latest version back, if one did.
func returnedStep(f filing.Filing) (step review.Step, ok bool) {
	for _, s := range f.Steps {
		if s.State == review.Returned && (!ok || s.Subject.Version >= step.Subject.Version) {
			step, ok = s, true
		}
	}
	return step, ok
}

// aboutDuty is what the pages of a duty show at their top.
type aboutDuty struct {
	Duty       duty.Duty
	Edition    edition.Edition
	ClauseHref string
	Units      map[string]string // departments that read it
}

func (d *Desk) aboutDuty(ctx context.Context, r *httpx.Request, one duty.Duty) (about aboutDuty, err error) {
	about.Duty = one
	if about.Edition, err = d.Editions.Get(ctx, r.Actor, one.EditionID); err != nil {
		return about, err
	}
	about.ClauseHref = clauseHref(about.Edition, one.Obligation.Clause)
	about.Units, err = d.upper(ctx, r, one.Unit.Place.Region, about.Edition.Territory)
	return about, err
}

// shownHash is how much of a hash people compare, in digits.
const shownHash = 16

func shortHash(hash string) string { return hash[:min(shownHash, len(hash))] }
