package desk

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/web/ui"
)

// activityForm is a draft as it is written. The fields of the kind's form stand beside those that all
// activities have, and are named apart by kindPrefix.
type activityForm struct {
	weekFacts
	Activity activity.Activity
	Content  activity.Content
	Point    string // as it was sent
	Version  int64
	SavedAt  clock.Instant
	SavedBy  string
	Kind     fillForm // fields of the kind's form, under their prefixed names
	Files    attachments
	Returned *stepLine
	Marks    marks
	Clash    *activityClash
}

// activityClash is what somebody else has saved meanwhile.
type activityClash struct {
	By      string
	At      clock.Instant
	Changes []shownChange
}

// kindPrefix stands before the codes of the kind's form, which may be called as the fields that all
// activities have. It has no dot: dots part tables, rows and columns.
const kindPrefix = "form-"

// prefixed gives a form whose fields carry the prefix, to be shown and read.
func prefixed(d form.Definition) form.Definition {
	d.Sections = slices.Clone(d.Sections)
	for i := range d.Sections {
		d.Sections[i].Fields = slices.Clone(d.Sections[i].Fields)
		for j := range d.Sections[i].Fields {
			d.Sections[i].Fields[j].Code = kindPrefix + d.Sections[i].Fields[j].Code
		}
	}
	return d
}

func prefixedKeys[V any](m map[string]V) map[string]V {
	out := make(map[string]V, len(m))
	for code, value := range m {
		out[kindPrefix+code] = value
	}
	return out
}

// unprefixed gives what was sent for the kind's form, under the form's own names.
func unprefixed(sent url.Values) url.Values {
	out := url.Values{}
	for name, values := range sent {
		if code, ok := strings.CutPrefix(name, kindPrefix); ok {
			out[code] = values
		}
	}
	return out
}

// onPage names the fields of problems as the page does: those of the kind's form are "form.x" to the
// domain and "x" to the form.
func onPage(problem error, ofForm bool) error {
	if problem == nil {
		return nil
	}
	e := errs.As(problem)
	list := e.Problems
	if len(list) == 0 {
		list = []*errs.Error{e}
	}
	named := make([]*errs.Error, len(list))
	for i, one := range list {
		switch code, ok := strings.CutPrefix(one.Field, "form."); {
		case ok:
			one = one.On(kindPrefix + code)
		case ofForm && one.Field != "":
			one = one.On(kindPrefix + one.Field)
		}
		named[i] = one
	}
	if len(e.Problems) == 0 {
		return named[0]
	}
	return errs.Join(named...)
}

// kindForm prepares the fields of a kind for the page.
func kindForm(f form.Form, values form.Values, files attachments) fillForm {
	p := fillForm{Form: f, Values: form.Values(prefixedKeys(values)), Figures: map[string]form.Figure{}, Files: files}
	p.Visible = prefixedKeys(f.Definition.Visible(values))
	p.Form.Definition = prefixed(f.Definition)
	return p
}

// readActivity reads a content as the form sends it. Method and kind are chosen on a page of their own.
// What cannot be read is missing in the content and told beside it.
func readActivity(sent url.Values, was activity.Content, kind form.Definition) (c activity.Content, wrong []*errs.Error) {
	text := func(name string) string { return strings.ReplaceAll(sent.Get(name), "\r\n", "\n") }
	c = activity.Content{
		Title: text("title"), TitleEN: text("title_en"), Summary: text("summary"), SummaryEN: text("summary_en"),
		Description: form.Text(text("description")), DescriptionEN: form.Text(text("description_en")),
		MethodID: was.MethodID, Kind: was.Kind, TopicIDs: slices.Clone(sent["topics"]), Mode: activity.Mode(sent.Get("mode")),
		Venue:   activity.Venue{Name: text("venue.name"), Address: text("venue.address"), Region: sent.Get("venue.region")},
		Link:    text("link"),
		Contact: activity.Contact{Office: text("contact.office"), Phone: text("contact.phone"), Confirmed: sent.Get("contact.confirmed") != ""},
		Safety:  text("safety"), Access: text("access"),
	}
	for _, code := range sent["audience"] {
		c.Audience = append(c.Audience, activity.Audience(code))
	}
	for _, fileID := range sent["pictures"] {
		if fileID == "" {
			continue
		}
		c.Pictures = append(c.Pictures, activity.Picture{FileID: fileID, Alt: text(altName(fileID)), AltEN: text(altENName(fileID))})
	}
	var ok bool
	if c.Venue.Point, ok = readPoint(text("venue.point")); !ok {
		wrong = append(wrong, errs.Invalid("activities.point_unreadable").On("venue.point"))
	}
	values, unread := kind.Read(unprefixed(sent))
	c.Values = values
	if unread != nil {
		wrong = append(wrong, errs.As(onPage(unread, true)).Problems...)
	}
	return c, wrong
}

// altName and altENName are the inputs that say what a picture shows.
func altName(fileID string) string { return "alt." + fileID }

func altENName(fileID string) string { return "alt_en." + fileID }

// readPoint reads a position as maps give it, longitude first; nothing is no position.
func readPoint(s string) (p activity.Point, ok bool) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "，", ","))
	if s == "" {
		return p, true
	}
	lng, lat, two := strings.Cut(s, ",")
	x, errX := strconv.ParseFloat(strings.TrimSpace(lng), 64)
	y, errY := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	if !two || errX != nil || errY != nil || !(x > -180 && x < 180 && y > -90 && y < 90) {
		return p, false
	}
	return activity.Point{Lng: int64(x*1e6 + 0.5), Lat: int64(y*1e6 + 0.5)}, true
}

// editActivity does what a button of the form says with what was sent, and gives the field at which the
// page goes on.
func editActivity(sent url.Values, op string) (field string) {
	if fileID, ok := strings.CutPrefix(op, opUnfile+".pictures."); ok {
		sent["pictures"] = slices.DeleteFunc(slices.Clone(sent["pictures"]), func(one string) bool { return one == fileID })
		return "pictures"
	}
	return edit(sent, op, nil)
}

// sound gives a content in which the fields that were refused are as they were.
func sound(c activity.Content, refused []*errs.Error, was activity.Content) activity.Content {
	c.Values = maps.Clone(c.Values)
	for _, one := range refused {
		switch field := one.Field; field {
		case "title":
			c.Title = was.Title
		case "title_en":
			c.TitleEN = was.TitleEN
		case "summary":
			c.Summary = was.Summary
		case "summary_en":
			c.SummaryEN = was.SummaryEN
		case "description":
			c.Description = was.Description
		case "description_en":
			c.DescriptionEN = was.DescriptionEN
		case "topics":
			c.TopicIDs = was.TopicIDs
		case "audience":
			c.Audience = was.Audience
		case "mode":
			c.Mode = was.Mode
		case "link":
			c.Link = was.Link
		case "safety":
			c.Safety = was.Safety
		case "access":
			c.Access = was.Access
		default:
			c = soundPart(c, field, was)
		}
	}
	return c
}

// soundPart does the same for fields of several parts.
func soundPart(c activity.Content, field string, was activity.Content) activity.Content {
	head, rest, _ := strings.Cut(field, ".")
	switch head {
	case "venue":
		c.Venue = was.Venue
	case "contact":
		c.Contact = was.Contact
	case "pictures":
		c.Pictures = was.Pictures
	case "form":
		code, _, _ := strings.Cut(rest, ".")
		delete(c.Values, code)
		if value, ok := was.Values[code]; ok {
			c.Values[code] = value
		}
	}
	return c
}

// cloneValues copies what was sent, so that it can be edited.
func cloneValues(sent url.Values) url.Values {
	out := maps.Clone(sent)
	for name, values := range out {
		out[name] = slices.Clone(values)
	}
	return out
}

// picturePath is the field of a picture's words, as problems name it.
func picturePath(i int, part string) string { return "pictures." + itoa(i) + "." + part }

// activityLabels are the pairs of field and label for a summary of problems.
func activityLabels(v ui.View, pictures int) (pairs []string) {
	for _, field := range activityFields {
		pairs = append(pairs, field, activityField(v, field))
	}
	for i := range pictures {
		pairs = append(pairs, picturePath(i, "alt"), v.T("activities.picture_n", "n", i+1), picturePath(i, "alt_en"), v.T("activities.picture_n", "n", i+1), picturePath(i, "file"), v.T("activities.picture_n", "n", i+1))
	}
	return pairs
}

// fieldMarks are the reviewer's words on a field of the content.
func (p activityForm) fieldMarks(field string) []string { return p.Marks[field] }

// kindMarks are the reviewer's words on a field of the kind's form.
func (p activityForm) kindMarks(v ui.View, f form.Field) []string {
	own := marks{}
	for path, words := range p.Marks {
		if code, ok := strings.CutPrefix(path, "form."); ok {
			own[kindPrefix+code] = words
		}
	}
	return own.of(v, f)
}

// picturesLeft tells whether another picture may be added.
func (p activityForm) picturesLeft() bool { return len(p.Content.Pictures) < maxPictures }

// Bounds of a content that inputs keep to; package activity has the last word.
const (
	maxPictures       = 10
	maxActivityTitle  = 60
	maxActivityEN     = 150
	maxActivityNote   = 2000
	maxActivitySum    = 200
	maxActivitySumEN  = 500
	maxActivityText   = 8000
	maxActivityOffice = 60
	maxActivityReason = 500
	maxActivityVenue  = 100
	maxActivityPlace  = 200
	maxActivityAlt    = 200
)
