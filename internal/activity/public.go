package activity

import (
	"cmp"
	"context"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/id"
	"openweek/internal/search"
	"openweek/internal/sqldb"
)

// PublicItem is an activity in a list for the public.
type PublicItem struct {
	ID             string
	Title, TitleEN string
	Summary        string
	SummaryEN      string
	MethodID       string
	TopicIDs       []string
	Audience       []Audience
	Mode           Mode
	Unit           Unit
	Guest          Host // zero where the unit itself is the host
	Venue          Venue
	Picture        Picture // the first; zero where there is none
	PublishedAt    clock.Instant
	ChangedAt      clock.Instant
	Sessions       []Session // not cancelled, by time
	// Day is the day for which it stands in the list: the first on which it is held of those chosen.
	Day clock.Day
	// Distance is the way to Filter.Near in metres, -1 without one.
	Distance int
	Found    Found
}

// Host is a guest host as the public sees it.
type Host struct{ ID, Name, NameEN string }

// HostName gives who the public sees as the host, in both languages.
func (p PublicItem) HostName() (name, nameEN string) {
	if p.Guest.ID != "" {
		return p.Guest.Name, p.Guest.NameEN
	}
	return p.Unit.Name, p.Unit.NameEN
}

// Found are the parts of an item's texts that a search has found, in rune offsets. What was found by its
// description alone has none.
type Found struct{ Title, Summary, Host, Venue []search.Range }

// items reads what a page shows, in its order. What is not public any more since the board was read is
// left out.
func (s *Service) items(ctx context.Context, l *look, chosen []candidate) ([]PublicItem, error) {
	if len(chosen) == 0 {
		return nil, nil
	}
	ids := make([]string, len(chosen))
	for i, c := range chosen {
		ids[i] = l.board.acts[c.act].id
	}
	list, err := listPublic(ctx, s.deps.DB, ids)
	if err != nil {
		return nil, err
	}
	sessions, err := listPublicSessions(ctx, s.deps.DB, ids)
	if err != nil {
		return nil, err
	}
	at := make(map[string]*PublicItem, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	for _, one := range sessions {
		if item := at[one.ActivityID]; item != nil {
			item.Sessions = append(item.Sessions, one)
		}
	}
	items := make([]PublicItem, 0, len(chosen))
	for i, c := range chosen {
		item := at[ids[i]]
		if item == nil {
			continue
		}
		a := l.board.acts[c.act]
		item.TopicIDs, item.Audience = members(a.topics), inOrder(members(a.audience))
		item.Day, item.Distance = dayOf(c.day), -1
		if l.f.Near != (Point{}) && a.point != (Point{}) {
			item.Distance = int(l.f.Near.distance()(a.point))
		}
		if !l.query.Empty() {
			host, _ := item.HostName()
			item.Found = Found{l.query.Highlight(item.Title), l.query.Highlight(item.Summary), l.query.Highlight(host), l.query.Highlight(item.Venue.Name)}
		}
		items = append(items, *item)
	}
	return items, nil
}

// inOrder gives audiences in the order in which they are offered.
func inOrder(codes []string) (list []Audience) {
	for _, a := range Audiences {
		if slices.Contains(codes, string(a)) {
			list = append(list, a)
		}
	}
	return list
}

// seatBatch is how many activities one statement asks the seats of.
const seatBatch = 500

// seats tells what is left of candidates on the chosen days.
func (l *look) seats(ctx context.Context, list []candidate) (map[string]room, error) {
	from, to := clock.Instant(0), clock.Day("9999-12-31").Start()
	if l.f.From != "" {
		from = l.f.From.Start()
	}
	if l.f.To != "" {
		to = l.f.To.End()
	}
	rooms := map[string]room{}
	for part := range slices.Chunk(list, seatBatch) {
		ids := make([]string, len(part))
		for i, c := range part {
			ids[i] = l.board.acts[c.act].id
		}
		some, err := listRooms(ctx, l.s.deps.DB, ids, l.now, from, to)
		if err != nil {
			return nil, err
		}
		for id, r := range some {
			rooms[id] = r
		}
	}
	return rooms, nil
}

// PublicActivity is an activity as the public sees it.
type PublicActivity struct {
	ID        string
	EditionID string
	State     State // published, or cancelled with Reason
	Unit      Unit
	Guest     Host
	// Content holds no link of an online activity after it was cancelled, and of the values of the kind's
	// form only what does not identify persons.
	Content                             Content
	Form                                form.Form
	PublishedAt, ChangedAt, CancelledAt clock.Instant
	Reason                              string
	Sessions                            []Session // with those that were cancelled, by time
}

// HostName gives who the public sees as the host, in both languages.
func (p PublicActivity) HostName() (name, nameEN string) {
	if p.Guest.ID != "" {
		return p.Guest.Name, p.Guest.NameEN
	}
	return p.Unit.Name, p.Unit.NameEN
}

// GetPublic gets what the public sees of an activity. It needs no right. A cancelled one stays: whoever
// has its address must read that it does not take place.
//
// Errors: activity.not_found, also for one that was never published.
func (s *Service) GetPublic(ctx context.Context, activityID string) (p PublicActivity, err error) {
	defer errs.Wrap(&err, "activity.GetPublic(%s)", shorten(activityID))
	if !id.Valid(activityID) {
		return PublicActivity{}, errNotFound()
	}
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		var formID, values string
		if p, formID, values, err = publicByID(ctx, q, activityID); err != nil {
			return err
		}
		if p.Form, err = s.deps.Forms.Get(ctx, q, formID); err != nil {
			return err
		}
		p.Content.Values, err = p.Form.Definition.ParseValues([]byte(values))
		return err
	})
	if err != nil {
		return PublicActivity{}, err
	}
	if p.State == Cancelled {
		p.Content.Link = ""
	}
	return p, nil
}

// Related lists activities like one that are still to come: of its method first, then of its topics, in
// its region before others.
//
// Errors: activity.not_found.
func (s *Service) Related(ctx context.Context, p PublicActivity, most int) (list []PublicItem, err error) {
	defer errs.Wrap(&err, "activity.Related(%s)", shorten(p.ID))
	l, err := s.look(ctx, p.EditionID, Filter{From: s.deps.Clock.Now().Day()})
	if err != nil {
		return nil, err
	}
	// Few of the others share a method or a topic with it in its own region; those come first.
	likeness := map[string]int64{}
	for topics := range l.board.sets.topic {
		if slices.Contains(p.Content.TopicIDs, topics) {
			likeness[topics] = 2
		}
	}
	set := l.chosen()
	var near []candidate
	for i := set.next(0); i >= 0; i = set.next(i + 1) {
		c := candidate{place: l.board.places[i]}
		a := &l.board.acts[c.act]
		if a.method == p.Content.MethodID {
			c.rank -= 3
		}
		for _, topic := range members(a.topics) {
			c.rank -= likeness[topic]
		}
		switch {
		case a.region == p.Content.Venue.Region:
			c.rank -= 3
		case actor.RegionWithin(a.region, prefectureOf(p.Content.Venue.Region)):
			c.rank -= 2
		}
		if c.rank == 0 || a.id == p.ID {
			continue
		}
		near = append(near, c)
	}
	slices.SortFunc(near, func(a, b candidate) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.key, b.key)) })
	return s.items(ctx, l, near[:min(most, len(near))])
}

func prefectureOf(code string) string {
	if len(code) != 6 {
		return code
	}
	return code[:4] + "00"
}
