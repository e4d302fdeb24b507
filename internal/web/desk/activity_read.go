package desk

import (
	"context"
	"slices"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/form"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/review"
	"openweek/internal/web/ui"
)

// activityRead is a content as staff read it, field by field.
type activityRead struct {
	weekFacts
	Content  activity.Content
	Sessions []activity.Session
	Kind     filed // fields of the kind's form, under their prefixed names
	Files    attachments
	Marks    marks
	Changed  map[string]bool
	// Marking offers a box for the reviewer's words beside each field; Written is what stands in them.
	Marking bool
	Written map[string]string
}

// readFields are the fields in the order of reading; those that belong together are read together.
var readFields = []string{"title", "title_en", "summary", "summary_en", "method", "topics", "audience", "mode", "venue", "link", "contact", "access", "description", "description_en", "safety", "pictures", "sessions"}

// readActivityContent prepares a content for reading.
func (d *Desk) readActivityContent(ctx context.Context, a actor.Actor, f weekFacts, c activity.Content, kind form.Form, also ...activity.Content) (p activityRead, err error) {
	p = activityRead{weekFacts: f, Content: c, Files: attachments{}, Written: map[string]string{}}
	for _, one := range append(also, c) {
		if err := d.addActivityFiles(ctx, a, p.Files, one); err != nil {
			return p, err
		}
	}
	p.Kind = filed{Definition: prefixed(kind.Definition), Values: form.Values(prefixedKeys(c.Values)), Visible: prefixedKeys(kind.Definition.Visible(c.Values)), Files: p.Files}
	return p, nil
}

// addActivityFiles asks for the files that a content names, as far as the reader may read them.
func (d *Desk) addActivityFiles(ctx context.Context, a actor.Actor, known attachments, c activity.Content) error {
	var pictures form.Files
	for _, one := range c.Pictures {
		pictures = append(pictures, one.FileID)
	}
	if err := d.addFiles(ctx, a, known, form.Values{"pictures": pictures}); err != nil {
		return err
	}
	return d.addFiles(ctx, a, known, c.Values)
}

// mark notes the words of reviewers and what differs, both under the names of the page.
func (p *activityRead) mark(list []review.Mark, changes []activity.Change) {
	p.Marks, p.Kind.Marks, p.Changed, p.Kind.Changed = marks{}, marks{}, map[string]bool{}, map[string]bool{}
	for _, m := range list {
		if code, ok := strings.CutPrefix(m.Field, "form."); ok {
			p.Kind.Marks[kindPrefix+code] = append(p.Kind.Marks[kindPrefix+code], m.Words)
		} else {
			p.Marks[together(m.Field)] = append(p.Marks[together(m.Field)], m.Words)
		}
	}
	for _, c := range changes {
		if c.Form != nil {
			p.Kind.Changed[kindPrefix+c.Form.Field.Code] = true
		} else {
			p.Changed[together(c.Field)] = true
		}
	}
}

// offer shows boxes for the reviewer's words with what stands in them.
func (p *activityRead) offer(written []review.Mark) {
	p.Marking, p.Kind.Marking, p.Kind.Written = true, true, map[string]string{}
	for _, m := range written {
		if code, ok := strings.CutPrefix(m.Field, "form."); ok {
			p.Kind.Written[kindPrefix+code] = m.Words
		} else {
			p.Written[m.Field] = m.Words
		}
	}
}

// together gives the field with which a part of it is read: venue.name is read with venue.
func together(field string) string {
	head, _, _ := strings.Cut(field, ".")
	if field == "kind" {
		return "method"
	}
	return head
}

// shown tells whether a field is read at all: English words and a link only where there are any.
func (p activityRead) shown(field string) bool {
	switch field {
	case "title_en":
		return p.Content.TitleEN != "" || p.Changed[field]
	case "summary_en":
		return p.Content.SummaryEN != "" || p.Changed[field]
	case "description_en":
		return p.Content.DescriptionEN != "" || p.Changed[field]
	case "link":
		return p.Content.Link != "" || p.Content.Mode != activity.OnSite || p.Changed[field]
	case "venue":
		return p.Content.Mode != activity.Online || p.Content.Venue.Name != "" || p.Changed[field]
	case "sessions":
		return p.Sessions != nil
	}
	return true
}

// readName names what is read together.
//
//i18n:prefix activities.read_
func readName(v ui.View, field string) string {
	if field == "venue" || field == "contact" {
		return v.T("activities.read_" + field)
	}
	return activityField(v, field)
}

func (p activityRead) wide(field string) bool {
	return field == "description" || field == "description_en" || field == "sessions" || field == "pictures" && len(p.Content.Pictures) > 0
}

// shownChange is one difference in words.
type shownChange struct {
	Name     string
	Form     *form.FieldChange
	Old, New shownValue
}

// shownValue is a value of a content in words: lines, a text with its formatting, or files.
type shownValue struct {
	Lines []string
	Text  form.Text
	Files form.Files
}

// showChanges puts changes into words.
func showChanges(v ui.View, f weekFacts, changes []activity.Change) (list []shownChange) {
	for _, c := range changes {
		one := shownChange{Name: activityField(v, c.Field), Form: c.Form}
		if c.Form == nil {
			one.Old, one.New = showValue(v, f, c.Field, c.Old), showValue(v, f, c.Field, c.New)
		} else {
			one.Name = label(v, c.Form.Field.Label)
		}
		list = append(list, one)
	}
	return list
}

func showValue(v ui.View, f weekFacts, field, value string) (s shownValue) {
	if value == "" {
		return s
	}
	lines := strings.Split(value, "\n")
	word := func(name func(string) string) (s shownValue) {
		for _, one := range lines {
			s.Lines = append(s.Lines, name(one))
		}
		return s
	}
	switch field {
	case "description", "description_en":
		return shownValue{Text: form.Text(value)}
	case "pictures":
		return shownValue{Files: lines}
	case "method", "topics":
		return word(func(itemID string) string { name, _ := itemName(v, f.item(itemID)); return name })
	case "audience":
		return word(func(code string) string { return audienceWord(v, activity.Audience(code)) })
	case "mode":
		return word(func(code string) string { return modeWord(v, activity.Mode(code)) })
	case "venue.region":
		return word(func(code string) string { return f.Places[code] })
	}
	return shownValue{Lines: lines}
}

// changedFieldNames names the first fields that differ.
func changedFieldNames(v ui.View, changes []activity.Change) string {
	const most = 5
	var list []string
	for _, c := range changes {
		name := activityField(v, c.Field)
		if c.Form != nil {
			name = label(v, c.Form.Field.Label)
		}
		if len(list) == most {
			list = append(list, "…")
			break
		}
		list = append(list, name)
	}
	return strings.Join(list, v.T("duties.comma"))
}

// activityUnits names the units that have to do with an activity: its own and the departments above it.
func (d *Desk) activityUnits(ctx context.Context, r *httpx.Request, act activity.Activity) (map[string]string, error) {
	units, err := d.upper(ctx, r, act.Unit.Place.Region, act.Territory)
	if err != nil {
		return nil, err
	}
	units[act.Unit.ID], _ = i18n.Pick(r.Locale, act.Unit.Name, act.Unit.NameEN)
	return units, nil
}

// activityPeople names everybody whom an activity's history names.
func (d *Desk) activityPeople(ctx context.Context, r *httpx.Request, v ui.View, act activity.Activity) (people, error) {
	ids := []string{act.CreatedBy, act.Draft.By}
	for _, one := range act.Versions {
		ids = append(ids, one.By)
	}
	for _, s := range act.Steps {
		ids = append(ids, s.DecidedBy)
	}
	return d.namePeople(ctx, r, v, ids...)
}

// returnedReading is the reading that sent the latest version back, nil unless the draft stands returned.
func returnedReading(act activity.Activity, units map[string]string, persons people) *stepLine {
	if act.Draft.State != activity.DraftReturned && act.Draft.State != activity.DraftDeclined {
		return nil
	}
	for _, s := range slices.Backward(act.Steps) {
		if s.State == review.Returned || s.State == review.Declined {
			return &stepLine{s, units[s.UnitID], persons[s.DecidedBy]}
		}
	}
	return nil
}
