package edition

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/notice"
)

// Status is how far an edition's life has come. It only goes forward.
type Status string

// The statuses. Before, during and after are no statuses; see Phase.
const (
	StatusDraft     Status = "draft"
	StatusPublished Status = "published"
	StatusArchived  Status = "archived"
)

// Statuses lists the statuses in order.
var Statuses = []Status{StatusDraft, StatusPublished, StatusArchived}

// Summary is an edition without its contents.
type Summary struct {
	ID        string
	Territory string // GB/T 2260 code
	Year      int
	Name      string // 2020年湖南省职业教育宣传活动周
	NameEN    string
	Status    Status
	Theme     string
	ThemeEN   string
	Start     clock.Day // first and last day of the week; "" while a draft has none
	End       clock.Day
	Accent    string // colour of the edition's pages as #rrggbb, or "" for the house colour
	// ContactReleased lets the portal show the contact data of the notice.
	ContactReleased bool
	NoticeID        string // "" for a copy whose notice has not come yet
	CopiedFrom      string // the edition it was copied from, or ""
	// ReadHash is the Hash of what the head had read when publishing it; "" for a draft.
	ReadHash    string
	CreatedAt   clock.Instant
	PublishedAt clock.Instant // 0 for a draft
	ArchivedAt  clock.Instant // 0 unless archived
	Version     int64         // of the whole edition with its contents, local themes apart
}

// Edition is one year's week of one territory with everything that hangs on it.
type Edition struct {
	Summary
	Issuers     []Issuer // the lead first
	Topics      []Item   // 宣传内容
	Methods     []Item   // 宣传方式
	Genres      []Item   // 体裁
	Channels    []Item   // 渠道
	Groups      []Group
	Addressees  []Audience // 主送机关: who is written to, not who owes
	Obligations []Obligation
	Amendments  []Amendment // in the order in which they moved the week
	LocalThemes []LocalTheme
}

// Issuer is a body that signs the notice.
type Issuer struct{ Name, NameEN string }

// ItemKind is what an Item is.
type ItemKind string

// The kinds of item.
const (
	ItemTopic   ItemKind = "topic"
	ItemMethod  ItemKind = "method"
	ItemGenre   ItemKind = "genre"
	ItemChannel ItemKind = "channel"
)

// ItemKinds lists the kinds of item.
var ItemKinds = []ItemKind{ItemTopic, ItemMethod, ItemGenre, ItemChannel}

// Item is a topic, method, genre or channel: data of the edition, never a constant of the product.
type Item struct {
	ID            string
	Kind          ItemKind
	Code          string // unique in the edition and kind: open_campus, topic_3
	Name          string
	NameEN        string
	Description   string
	DescriptionEN string
	Clause        string // of the notice, such as 三.4, or ""
}

// Group is units named together that no scope expresses, such as 省职业教育联席会议成员单位.
type Group struct {
	ID      string
	Name    string
	NameEN  string
	Members []Member // open units only
}

// Member is a unit of a group.
type Member struct{ UnitID, Name, NameEN string }

// Obligation is one clause: who owes what by when.
type Obligation struct {
	ID        string
	Clause    string // 四.5
	What      string
	WhatEN    string
	Timing    notice.Timing
	Due       clock.Day // the last day, included; "" unless Timing is due
	DueTime   string    // HH:MM on that day, or "" for 24:00
	SubmitTo  string
	Required  bool // false: offered, not owed
	Discharge notice.Discharge
	FormHint  string      // names of the form or the kinds of evidence, most telling first, parted by a blank
	Span      notice.Span // of the sentence in the notice's text
	Audiences []Audience
	Count     int // different units that owe it
	Open      int // phrases that a person must still resolve, and groups still to be filled
}

// DueAt is the first instant at which it is late, 0 without a due day: "8月31日前" includes that day
// until 24:00 Asia/Shanghai.
func (o Obligation) DueAt() clock.Instant {
	if o.Due == "" {
		return 0
	}
	if o.DueTime == "" {
		return o.Due.End()
	}
	hour := int(o.DueTime[0]-'0')*10 + int(o.DueTime[1]-'0')
	minute := int(o.DueTime[3]-'0')*10 + int(o.DueTime[4]-'0')
	t := o.Due.Time().Add(clockTime(hour, minute))
	return clock.FromTime(t)
}

// Audience is a phrase of an obligation or of the addressee line, and whom it means.
type Audience struct {
	ID          string
	Phrase      string
	Scopes      actor.Scopes
	GroupID     string
	Resolved    bool
	Notes       []Note
	Suggestions []Suggestion
	DecidedBy   string        // person who resolved or edited it, or ""
	DecidedAt   clock.Instant // 0 while no person has decided
	Count       int           // different units covered
}

// Suggestion is a scope that a person may add to an audience, with the units it would bring.
type Suggestion struct {
	Scope actor.Scope
	Count int
}

// Amendment is a move of a published week by an amending notice.
type Amendment struct {
	ID               string
	Ordinal          int // from 1
	NoticeID         string
	Number           string // 发文字号 of the amending notice
	Reason           string
	OldStart, OldEnd clock.Day
	NewStart, NewEnd clock.Day
	Dues             []DueMove
	DecidedAt        clock.Instant
	DecidedBy        string
}

// DueMove is the due day of one obligation, before and after.
type DueMove struct {
	ObligationID string
	What         string
	Old, New     clock.Day
}

// LocalTheme is a prefecture's own theme beside the edition's (notice §一).
type LocalTheme struct {
	Region  string // GB/T 2260 code
	Theme   string // "" once it was taken back
	ThemeEN string
	SetAt   clock.Instant
	Version int64
}

// PhaseState is where a day lies in respect of the week.
type PhaseState string

// The states of a phase.
const (
	Undated PhaseState = "undated" // a draft without dates
	Before  PhaseState = "before"
	During  PhaseState = "during"
	After   PhaseState = "after"
)

// Phase is where a day lies in respect of the week.
type Phase struct {
	State PhaseState
	Day   int // during: which day of the week it is, from 1
	Of    int // length of the week in days
	Left  int // before: days until it begins; after: days since it ended
}

// Phase tells where today lies.
func (e Summary) Phase(today clock.Day) Phase {
	if e.Start == "" {
		return Phase{State: Undated}
	}
	p := Phase{Of: e.Start.DaysUntil(e.End) + 1}
	switch {
	case today < e.Start:
		p.State, p.Left = Before, today.DaysUntil(e.Start)
	case today > e.End:
		p.State, p.Left = After, e.End.DaysUntil(today)
	default:
		p.State, p.Day = During, e.Start.DaysUntil(today)+1
	}
	return p
}

// Items gives the items of one kind.
func (e Edition) Items(k ItemKind) []Item {
	switch k {
	case ItemTopic:
		return e.Topics
	case ItemMethod:
		return e.Methods
	case ItemGenre:
		return e.Genres
	default:
		return e.Channels
	}
}

// Obligation finds one of the edition's obligations.
func (e Edition) Obligation(id string) (o Obligation, ok bool) {
	for _, o := range e.Obligations {
		if o.ID == id {
			return o, true
		}
	}
	return Obligation{}, false
}

// Open counts what a person must still say before everybody who owes something is known: phrases to
// resolve and groups to fill, of the obligations.
func (e Edition) Open() int {
	n := 0
	for _, o := range e.Obligations {
		n += o.Open
	}
	return n
}

// Hash is over what a reader of the edition sees and decides on: not over counts, which follow the
// units, nor over versions and local themes. Whoever publishes says the hash of what was read.
func (e Edition) Hash(noticeTextHash string) string {
	type phrase struct {
		Phrase, Group string
		Scopes        actor.Scopes
		Resolved      bool
	}
	groups := map[string]Group{}
	for _, g := range e.Groups {
		groups[g.ID] = g
	}
	phrases := func(list []Audience) []phrase {
		out := make([]phrase, len(list))
		for i, a := range list {
			out[i] = phrase{a.Phrase, groups[a.GroupID].Name, a.Scopes, a.Resolved}
		}
		return out
	}
	type obligation struct {
		Clause, What, Due, SubmitTo string
		Timing                      notice.Timing
		Required                    bool
		Discharge                   notice.Discharge
		Who                         []phrase
	}
	owed := make([]obligation, len(e.Obligations))
	for i, o := range e.Obligations {
		owed[i] = obligation{o.Clause, o.What, string(o.Due) + "T" + o.DueTime, o.SubmitTo, o.Timing, o.Required, o.Discharge, phrases(o.Audiences)}
	}
	text, err := json.Marshal(struct {
		Notice, Name, NameEN, Theme, ThemeEN string
		Start, End                           clock.Day
		Issuers                              []Issuer
		Items                                [4][]Item
		Groups                               []Group
		Addressees                           []phrase
		Obligations                          []obligation
	}{
		noticeTextHash, e.Name, e.NameEN, e.Theme, e.ThemeEN, e.Start, e.End, e.Issuers,
		[4][]Item{e.Topics, e.Methods, e.Genres, e.Channels}, e.Groups, phrases(e.Addressees), owed,
	})
	if err != nil {
		panic(err) // impossible: strings, numbers and slices of them
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// choose is the portal's rule for several published editions; see the package comment.
func choose(published []Summary, today clock.Day) (best Summary, ok bool) {
	for _, e := range published {
		if !ok || better(e, best, today) {
			best, ok = e, true
		}
	}
	return best, ok
}

func better(a, b Summary, today clock.Day) bool {
	rank := map[PhaseState]int{During: 0, Before: 1, After: 2, Undated: 3}
	pa, pb := a.Phase(today), b.Phase(today)
	switch {
	case pa.State != pb.State:
		return rank[pa.State] < rank[pb.State]
	case pa.State == Before && a.Start != b.Start:
		return a.Start < b.Start
	case pa.State == After && a.End != b.End:
		return a.End > b.End
	case a.PublishedAt != b.PublishedAt:
		return a.PublishedAt > b.PublishedAt
	}
	return a.ID > b.ID
}
