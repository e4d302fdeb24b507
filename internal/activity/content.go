package activity

import (
	"strconv"

	"openweek/internal/form"
)

// Mode is where an activity takes place.
type Mode string

// The modes.
const (
	OnSite Mode = "onsite" // 现场
	Online Mode = "online" // 线上
	Both   Mode = "both"   // 线上线下结合
)

// Modes lists the modes.
//
//i18n:prefix activity.mode_
var Modes = []Mode{OnSite, Online, Both}

// Audience is whom an activity is meant for.
type Audience string

// Audiences lists the audiences in the order in which they are offered.
//
//i18n:prefix activity.audience_
var Audiences = []Audience{
	"public", "pupils", "parents", "students", "teachers", "residents", "workers", "job_seekers", "farmers", "veterans", "migrant_workers", "enterprises",
}

// Content is what a host says of an activity. As JSON it is what a draft and a version store.
type Content struct {
	Title         string      `json:"title,omitempty"`
	TitleEN       string      `json:"title_en,omitempty"`
	Summary       string      `json:"summary,omitempty"`
	SummaryEN     string      `json:"summary_en,omitempty"`
	Description   form.Text   `json:"description,omitempty"` // Markdown of a simple kind: form.HTML, form.Plain
	DescriptionEN form.Text   `json:"description_en,omitempty"`
	MethodID      string      `json:"method,omitempty"` // an item of the edition
	TopicIDs      []string    `json:"topics,omitempty"` // items of the edition
	Kind          string      `json:"kind,omitempty"`   // code of the form, one of those of the method
	Values        form.Values `json:"values,omitempty"` // of that form
	Audience      []Audience  `json:"audience,omitempty"`
	Mode          Mode        `json:"mode,omitempty"`
	Venue         Venue       `json:"venue,omitzero"`
	Link          string      `json:"link,omitempty"` // of what is online
	Contact       Contact     `json:"contact,omitzero"`
	Safety        string      `json:"safety,omitempty"` // 安全须知
	Access        string      `json:"access,omitempty"` // how to come
	Pictures      []Picture   `json:"pictures,omitempty"`
}

// Venue is where it takes place. An activity that is online only stands in Region too, by default its
// unit's: whoever looks for what their prefecture does finds it.
type Venue struct {
	Name    string `json:"name,omitempty"`
	Address string `json:"address,omitempty"`
	Region  string `json:"region,omitempty"` // GB/T 2260 code
	Point   Point  `json:"point,omitzero"`
}

// Point is a position in GCJ-02, in millionths of a degree; the zero Point is none.
type Point struct {
	Lng int64 `json:"lng,omitempty"`
	Lat int64 `json:"lat,omitempty"`
}

// Degrees gives the position in degrees.
func (p Point) Degrees() (lng, lat float64) { return float64(p.Lng) / 1e6, float64(p.Lat) / 1e6 }

// String is "112.938810,28.228210", "" for none.
func (p Point) String() string {
	if p == (Point{}) {
		return ""
	}
	lng, lat := p.Degrees()
	return strconv.FormatFloat(lng, 'f', 6, 64) + "," + strconv.FormatFloat(lat, 'f', 6, 64)
}

// Contact is whom the public asks: an office, never a private number. The host confirms that it is one.
type Contact struct {
	Office    string `json:"office,omitempty"`
	Phone     string `json:"phone,omitempty"`
	Confirmed bool   `json:"confirmed,omitempty"`
}

// Picture is a picture of an activity with what it shows, for those who do not see it.
type Picture struct {
	FileID string `json:"file"`
	Alt    string `json:"alt,omitempty"`
	AltEN  string `json:"alt_en,omitempty"`
}
