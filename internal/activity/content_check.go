package activity

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/id"
)

// The longest texts, in characters, and the most entries of a list.
const (
	maxTitle       = 60
	maxTitleEN     = 150
	maxSummary     = 200
	maxSummaryEN   = 500
	maxDescription = 8000
	maxVenue       = 100
	maxAddress     = 200
	maxLink        = 500
	maxOffice      = 60
	maxPhone       = 40
	maxNote        = 2000 // safety, access
	maxAlt         = 200
	maxPictures    = 10
	maxTopics      = 20
	maxReason      = 500
)

var phoneShape = regexp.MustCompile(`^[0-9+][0-9 ()+\-—－,，、/转xX]*$`)

// tidy drops what nobody means or sees: space at the ends, control characters (NUL among them) and the
// marks that turn the direction of writing. Lists lose entries that are empty or there twice.
func (c Content) tidy() Content {
	for _, s := range []*string{&c.Title, &c.TitleEN, &c.Summary, &c.SummaryEN, &c.Venue.Name, &c.Venue.Address, &c.Link, &c.Contact.Office, &c.Contact.Phone} {
		*s = line(*s)
	}
	c.Safety, c.Access = lines(c.Safety), lines(c.Access)
	c.Description, c.DescriptionEN = form.Text(lines(string(c.Description))), form.Text(lines(string(c.DescriptionEN)))
	c.TopicIDs = distinct(c.TopicIDs)
	c.Audience = distinct(c.Audience)
	c.Pictures = slices.Clone(c.Pictures)
	for i := range c.Pictures {
		c.Pictures[i].Alt, c.Pictures[i].AltEN = line(c.Pictures[i].Alt), line(c.Pictures[i].AltEN)
	}
	if len(c.Values) == 0 {
		c.Values = nil
	}
	return c
}

func distinct[T ~string](list []T) (kept []T) {
	for _, one := range list {
		if one != "" && !slices.Contains(kept, one) {
			kept = append(kept, one)
		}
	}
	return kept
}

func line(s string) string { return strings.Join(strings.Fields(lines(s)), " ") }

// lines is how package form tidies a long text; lines end in LF.
func lines(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(s)
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r == '\uFEFF', r == '\u200B', r >= '\u200E' && r <= '\u200F', r >= '\u202A' && r <= '\u202E', r >= '\u2060' && r <= '\u2069':
			return -1
		}
		return r
	}, s))
}

// check tells what is wrong with a tidied content in an edition: for form.Draft only what could not be
// stored or shown, for form.Final also what is missing. Files and the form's values are looked at apart.
func (c Content) check(f facts, mode form.Mode) (bad problems) {
	final := mode == form.Final
	bad.text("title", c.Title, maxTitle, final)
	bad.text("title_en", c.TitleEN, maxTitleEN, false)
	bad.text("summary", c.Summary, maxSummary, final)
	bad.text("summary_en", c.SummaryEN, maxSummaryEN, false)
	bad.text("description", string(c.Description), maxDescription, final)
	bad.text("description_en", string(c.DescriptionEN), maxDescription, false)
	bad.text("safety", c.Safety, maxNote, false)
	bad.text("access", c.Access, maxNote, false)
	c.checkKind(f, final, &bad)
	c.checkPlace(f, final, &bad)
	bad.text("contact.office", c.Contact.Office, maxOffice, final)
	bad.text("contact.phone", c.Contact.Phone, maxPhone, final)
	if c.Contact.Phone != "" && !phoneShape.MatchString(c.Contact.Phone) {
		bad.add(errs.Invalid("activity.phone_malformed").On("contact.phone"))
	}
	if final && !c.Contact.Confirmed {
		bad.add(errs.Invalid("activity.contact_unconfirmed").On("contact.confirmed"))
	}
	c.checkPictures(final, &bad)
	return bad
}

func (c Content) checkKind(f facts, final bool, bad *problems) {
	switch _, known := f.methods[c.MethodID]; {
	case c.MethodID == "" && final:
		bad.add(errs.Invalid("activity.method_missing").On("method"))
	case c.MethodID != "" && !known:
		bad.add(errs.Invalid("activity.choice_unknown").On("method"))
	case c.Kind == "" && final:
		bad.add(errs.Invalid("activity.choice_missing").On("kind"))
	case c.Kind != "" && !slices.Contains(f.kinds[c.MethodID], c.Kind):
		bad.add(errs.Invalid("activity.kind_other").On("kind"))
	}
	switch {
	case len(c.TopicIDs) == 0 && final:
		bad.add(errs.Invalid("activity.topic_missing").On("topics"))
	case len(c.TopicIDs) > maxTopics:
		bad.add(errs.Invalid("activity.list_long", "limit", maxTopics).On("topics"))
	case slices.ContainsFunc(c.TopicIDs, func(one string) bool { return !f.topics[one] }):
		bad.add(errs.Invalid("activity.choice_unknown").On("topics"))
	}
	switch {
	case len(c.Audience) == 0 && final:
		bad.add(errs.Invalid("activity.audience_missing").On("audience"))
	case slices.ContainsFunc(c.Audience, func(one Audience) bool { return !slices.Contains(Audiences, one) }):
		bad.add(errs.Invalid("activity.choice_unknown").On("audience"))
	}
}

func (c Content) checkPlace(f facts, final bool, bad *problems) {
	switch {
	case c.Mode == "" && final:
		bad.add(errs.Invalid("activity.choice_missing").On("mode"))
	case c.Mode != "" && !slices.Contains(Modes, c.Mode):
		bad.add(errs.Invalid("activity.choice_unknown").On("mode"))
	}
	place, link := final && (c.Mode == OnSite || c.Mode == Both), final && (c.Mode == Online || c.Mode == Both)
	bad.text("venue.name", c.Venue.Name, maxVenue, place)
	bad.text("venue.address", c.Venue.Address, maxAddress, place)
	switch {
	case c.Venue.Region == "" && place:
		bad.add(errs.Invalid("activity.choice_missing").On("venue.region"))
	case c.Venue.Region != "" && !f.regions[c.Venue.Region]:
		bad.add(errs.Invalid("activity.region_outside").On("venue.region"))
	}
	// GCJ-02 is defined in China only; what lies outside was typed the other way round.
	if p := c.Venue.Point; p != (Point{}) && (p.Lng < 73_000_000 || p.Lng > 136_000_000 || p.Lat < 3_000_000 || p.Lat > 54_000_000) {
		bad.add(errs.Invalid("activity.point_outside").On("venue.point"))
	}
	bad.text("link", c.Link, maxLink, link)
	if c.Link != "" {
		u, err := url.Parse(c.Link)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
			bad.add(errs.Invalid("activity.link_malformed").On("link"))
		}
	}
}

func (c Content) checkPictures(final bool, bad *problems) {
	if len(c.Pictures) > maxPictures {
		bad.add(errs.Invalid("activity.list_long", "limit", maxPictures).On("pictures"))
		return
	}
	seen := map[string]bool{}
	for i, p := range c.Pictures {
		at := fmt.Sprintf("pictures.%d", i)
		if !id.Valid(p.FileID) || seen[p.FileID] {
			bad.add(errs.Invalid("activity.file_unknown").On(at + ".file"))
		}
		seen[p.FileID] = true
		bad.text(at+".alt", p.Alt, maxAlt, final)
		bad.text(at+".alt_en", p.AltEN, maxAlt, false)
	}
}

// text refuses what is missing or too long; what is broken was tidied away.
func (bad *problems) text(field, s string, limit int, required bool) {
	switch {
	case s == "" && required:
		bad.add(errs.Invalid("activity.text_missing").On(field))
	case utf8.RuneCountInString(s) > limit:
		bad.add(errs.Invalid("activity.text_long", "limit", limit).On(field))
	}
}

// checkValues checks values against their form; its problems stand on "form." and their field.
func checkValues(d form.Definition, v form.Values, mode form.Mode) (bad problems, err error) {
	if err := d.Validate(v, mode); err != nil {
		e := errs.As(err)
		if e.Kind != errs.KindInvalid {
			return nil, err
		}
		list := e.Problems
		if len(list) == 0 {
			list = []*errs.Error{e}
		}
		for _, p := range list {
			bad.add(p.On("form." + p.Field))
		}
	}
	return bad, nil
}
