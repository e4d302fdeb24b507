package activity

import (
	"fmt"
	"slices"
	"strings"

	"openweek/internal/form"
)

// fields are the fields of a content, as problems, changes and marks name them, in the order in which
// they are read. The kind's form follows, then "sessions". Each has a name activity.field_… with "_" for
// the dot.
//
//i18n:prefix activity.field_
var fields = []string{
	"title", "title_en", "summary", "summary_en", "method", "topics", "kind", "audience", "description", "description_en",
	"mode", "venue", "venue.name", "venue.address", "venue.region", "venue.point", "link", "contact", "contact.office", "contact.phone",
	"safety", "access", "pictures", "pictures.alt",
}

// diff lists in what two contents differ, for reading side by side. Values of forms are compared as
// far as the fields have kept their codes.
func diff(before, after Content, d form.Definition) (changes []Change) {
	text := func(field, was, is string) {
		if was != is {
			changes = append(changes, Change{Field: field, Old: was, New: is})
		}
	}
	text("title", before.Title, after.Title)
	text("title_en", before.TitleEN, after.TitleEN)
	text("summary", before.Summary, after.Summary)
	text("summary_en", before.SummaryEN, after.SummaryEN)
	text("method", before.MethodID, after.MethodID)
	text("topics", joined(before.TopicIDs), joined(after.TopicIDs))
	text("kind", before.Kind, after.Kind)
	text("audience", joined(before.Audience), joined(after.Audience))
	text("description", string(before.Description), string(after.Description))
	text("description_en", string(before.DescriptionEN), string(after.DescriptionEN))
	text("mode", string(before.Mode), string(after.Mode))
	text("venue.name", before.Venue.Name, after.Venue.Name)
	text("venue.address", before.Venue.Address, after.Venue.Address)
	text("venue.region", before.Venue.Region, after.Venue.Region)
	text("venue.point", before.Venue.Point.String(), after.Venue.Point.String())
	text("link", before.Link, after.Link)
	text("contact.office", before.Contact.Office, after.Contact.Office)
	text("contact.phone", before.Contact.Phone, after.Contact.Phone)
	text("safety", before.Safety, after.Safety)
	text("access", before.Access, after.Access)
	wasFiles, wasWords := pictures(before.Pictures)
	isFiles, isWords := pictures(after.Pictures)
	if text("pictures", wasFiles, isFiles); wasFiles == isFiles {
		text("pictures.alt", wasWords, isWords)
	}
	for _, c := range form.Diff(before.Values, after.Values, d) {
		changes = append(changes, Change{Field: "form." + c.Field.Code, Form: &c})
	}
	return changes
}

func joined[T ~string](list []T) string {
	texts := make([]string, len(list))
	for i, one := range list {
		texts[i] = string(one)
	}
	slices.Sort(texts) // sets: in which order they were ticked means nothing
	return strings.Join(texts, "\n")
}

func pictures(list []Picture) (files, words string) {
	for _, p := range list {
		files += p.FileID + "\n"
		words += fmt.Sprintf("%s / %s\n", p.Alt, p.AltEN)
	}
	return strings.TrimSuffix(files, "\n"), strings.TrimSuffix(words, "\n")
}

// small tells whether the rule lets a field of a published activity change at once. A name covers what
// stands below it: "contact" also "contact.phone".
func (r Rule) small(field string) bool {
	return slices.ContainsFunc(r.SmallFields, func(one string) bool { return field == one || strings.HasPrefix(field, one+".") })
}

func (r Rule) allSmall(changes []Change) bool {
	return !slices.ContainsFunc(changes, func(c Change) bool { return !r.small(c.Field) })
}

// names lists the fields of changes, for the audit log.
func names(changes []Change) (list []string) {
	for _, c := range changes {
		list = append(list, c.Field)
	}
	return list
}
