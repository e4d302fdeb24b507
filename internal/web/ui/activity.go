package ui

import (
	"github.com/a-h/templ"

	"openweek/internal/clock"
)

// Named is a label of data with its optional English name, and where it leads.
type Named struct{ Name, NameEN, Href string }

// ActivityFace is an activity as the public sees it: on its page, and before it is handed in.
type ActivityFace struct {
	Title, TitleEN             string
	Summary, SummaryEN         string
	Description, DescriptionEN string // markup that is safe to show
	Cancelled                  string // why it does not take place, "" while it does

	Method   Named
	Topics   []Named
	Host     Named
	Vouched  Named    // the unit that vouches for a host from outside, or the zero Named
	Audience []string // in the page's words
	Mode     string   // in the page's words
	When     string   // in the page's words, "" while there are no sessions

	Venue, Address string
	Region         Named
	MapHref        string
	Link           string // of what is online
	Office, Phone  string
	Safety, Access string

	Details  []Detail
	Pictures []Photo
	Days     []SessionDay
}

// Detail is something that the activity's kind asks for, such as its programme.
type Detail struct {
	Label, Lang string // Lang where the label is not in the page's language
	Wide        bool   // it needs the whole width
	Body        templ.Component
}

// Photo is a picture of an activity. Width and Height are 0 where they are not known.
type Photo struct {
	Src, Alt, AltEN string
	Width, Height   int
}

// SessionDay are the sessions of one day in the order of time.
type SessionDay struct {
	Day      clock.Day
	Sessions []SessionFace
}

// SessionFace is one session as the public sees it.
type SessionFace struct {
	ID     string
	Time   string // 9:00–11:00
	Note   string // such as that it is over, full, or from when on it can be booked
	Seats  string // "余 12 席，共 40 席"; "" where no seats are counted
	Full   bool
	Href   string // where it is booked, "" for none
	Struck bool   // it does not take place
	// Calendar is its file for calendars, "" where there is none, as in a preview.
	Calendar string
}
