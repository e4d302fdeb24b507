package desk

import (
	"net/http"
	"slices"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/form"
	"openweek/internal/httpx"
	"openweek/internal/web/ui"
)

// previewPage is an activity as the public would see its draft.
type previewPage struct {
	Activity activity.Activity
	Face     ui.ActivityFace
	Back     string
}

// GetActivityPreview shows the draft of an activity, or what is public where nothing is pending, as the
// public would see it.
func (d *Desk) GetActivityPreview(w http.ResponseWriter, r *httpx.Request) error {
	act, err := d.ownActivity(r)
	if err != nil {
		return err
	}
	f, err := d.weekFacts(r.Context(), r, act.EditionID)
	if err != nil {
		return err
	}
	v := d.Shell.View(r, titleOr(ui.View{Locale: r.Locale}, act.Draft.Content.Title))
	page := previewPage{Activity: act, Back: activityPath(act.ID)}
	if writable(act) {
		page.Back = activityEditPath(act.ID)
	}
	page.Face = faceOf(v, f, act, d.Clock.Now())
	return ui.Render(w, r, http.StatusOK, activityPreviewPage(v, page))
}

// faceOf prepares what the public would see of an activity's draft.
func faceOf(v ui.View, f weekFacts, act activity.Activity, now clock.Instant) ui.ActivityFace {
	c := act.Draft.Content
	method, region := f.item(c.MethodID), f.region(c.Venue.Region)
	face := ui.ActivityFace{
		Title: titleOr(v, c.Title), TitleEN: c.TitleEN, Summary: c.Summary, SummaryEN: c.SummaryEN,
		Description: form.HTML(c.Description), DescriptionEN: form.HTML(c.DescriptionEN), Cancelled: act.Reason,
		Method: ui.Named{Name: method.Name, NameEN: method.NameEN}, Host: ui.Named{Name: act.Unit.Name, NameEN: act.Unit.NameEN},
		Mode: modeWord(v, c.Mode), Link: c.Link, Office: c.Contact.Office, Phone: c.Contact.Phone, Safety: c.Safety, Access: c.Access,
		Venue: c.Venue.Name, Address: c.Venue.Address, Region: ui.Named{Name: region.Name, NameEN: region.NameEN},
	}
	if c.DescriptionEN == "" {
		face.DescriptionEN = ""
	}
	if act.Guest.ID != "" {
		face.Host, face.Vouched = ui.Named{Name: act.Guest.Name, NameEN: act.Guest.NameEN}, face.Host
	}
	for _, itemID := range c.TopicIDs {
		topic := f.item(itemID)
		face.Topics = append(face.Topics, ui.Named{Name: topic.Name, NameEN: topic.NameEN})
	}
	for _, one := range c.Audience {
		face.Audience = append(face.Audience, audienceWord(v, one))
	}
	for _, one := range c.Pictures {
		face.Pictures = append(face.Pictures, ui.Photo{Src: filesPath + "/" + one.FileID, Alt: one.Alt, AltEN: one.AltEN})
	}
	face.Details = detailsOf(v, act.Draft.Form.Definition, c.Values)
	face.When, face.Days = scheduleOf(v, act.Sessions, now)
	return face
}

// detailsOf are the values of a kind's form that are for the public: none that identify persons, and no files.
func detailsOf(v ui.View, d form.Definition, values form.Values) (list []ui.Detail) {
	open, _ := d.Split(values)
	visible := d.Visible(values)
	for _, s := range d.Sections {
		for _, one := range s.Fields {
			value, ok := open[one.Code]
			if !ok || !visible[one.Code] || one.Kind == form.KindFiles {
				continue
			}
			wide := one.Kind == form.KindTable || one.Kind == form.KindLongText
			list = append(list, ui.Detail{Label: label(v, one.Label), Lang: labelLang(v, one.Label), Wide: wide, Body: filedValue(v, one, value, nil, true)})
		}
	}
	return list
}

// scheduleOf puts sessions into words, day by day.
func scheduleOf(v ui.View, sessions []activity.Session, now clock.Instant) (when string, days []ui.SessionDay) {
	var first, last clock.Instant
	for _, s := range sessions {
		if !s.Cancelled() {
			if first.IsZero() {
				first = s.Starts
			}
			last = s.Starts
		}
		if len(days) == 0 || days[len(days)-1].Day != s.Day() {
			days = append(days, ui.SessionDay{Day: s.Day()})
		}
		today := &days[len(days)-1]
		today.Sessions = append(today.Sessions, sessionFace(v, s, now))
	}
	return whenWords(v, first, last), days
}

// sessionFace puts a session into words.
//
//i18n:prefix activities.seats_is_
func sessionFace(v ui.View, s activity.Session, now clock.Instant) ui.SessionFace {
	is := s.Availability(now)
	face := ui.SessionFace{ID: s.ID, Time: spanOf(v, s.SessionDraft), Struck: s.Cancelled(), Full: is.Reason == activity.SeatsGone}
	if s.Bookable && !s.Cancelled() {
		face.Seats = v.T("activities.seats_left", "left", s.Seat.Left(), "capacity", s.Seat.Capacity)
	}
	switch {
	case is.Reason == activity.NotYetOpen:
		face.Note = v.T("activities.opens_at", "moment", shortMoment(v, is.Opens))
	case slices.Contains([]activity.Reason{activity.FreeEntry, activity.SeatsGone, activity.WasClosed, activity.IsOver, activity.CalledOff}, is.Reason):
		face.Note = v.T("activities.seats_is_" + string(is.Reason))
	}
	return face
}
