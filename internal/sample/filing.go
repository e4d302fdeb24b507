package sample

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/filing"
	"openweek/internal/form"
	"openweek/internal/review"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

// sentBefore is how many days before its week this year's notice went out.
const sentBefore = 40

// story is what happens between the notice and today. Each event has its moment; all of them are told
// in their order, so that nothing is answered before it was asked. Which unit does what follows from
// its place in a list, so every sample tells the same.
type story struct {
	office
	edition edition.Edition
	now     clock.Instant
	today   clock.Day
	people  map[string]actor.Actor // the one who acts, by unit
	owed    map[string][]duty.Duty // by form or kind of evidence
	events  []event
	filed   map[string]filing.Filing // by duty, as it was handed in last
}

type event struct {
	at clock.Instant
	do func(ctx context.Context) error
}

// tell writes receipts, filings, leave and reminders of this year's edition.
func tell(ctx context.Context, o office, e edition.Edition) error {
	s := &story{office: o, edition: e, now: o.Clock.Now(), people: map[string]actor.Actor{}, owed: map[string][]duty.Duty{}, filed: map[string]filing.Filing{}}
	s.today = s.now.Day()
	o.rooms.at(s.now, s.day(sentBefore), 10, 5)
	if _, err := o.rooms.duties.TellDispatches(ctx); err != nil {
		return err
	}
	if err := s.callFor(ctx); err != nil {
		return err
	}
	if err := s.read(ctx); err != nil {
		return err
	}
	dispatches, err := s.dispatches(ctx)
	if err != nil {
		return err
	}
	if err := s.employ(ctx, dispatches); err != nil {
		return err
	}
	s.receipts(dispatches)
	s.plans()
	s.kickoffs()
	s.arrangements()
	s.summaries()
	s.leave()
	s.reminders()
	slices.SortStableFunc(s.events, func(a, b event) int { return cmp.Compare(a.at, b.at) })
	for _, one := range s.events {
		if one.at > s.now {
			continue
		}
		o.rooms.clock.Set(one.at.Time())
		if err := one.do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// day is so many days before the first day of the week.
func (s *story) day(before int) clock.Day { return s.edition.Start.AddDays(-before) }

// when adds an event so many days before the week begins, at a minute of the day.
func (s *story) when(before, minute int, do func(ctx context.Context) error) {
	s.events = append(s.events, event{s.day(before).Start().Add(time.Duration(minute) * time.Minute), do})
}

// callFor adds what the province asks for beside the notice: it was due four days before the week.
func (s *story) callFor(ctx context.Context) error {
	s.rooms.at(s.now, s.day(24), 11, 0)
	_, _, err := s.rooms.duties.AddObligation(ctx, s.head, s.edition.ID, duty.Own{
		What: "报送活动周启动仪式和主要活动安排", Due: s.day(4), Form: form.WorkPlan, Chain: duty.ChainOwner,
		Scopes: actor.Scopes{{
			Tiers: []actor.Tier{actor.TierPrefecture}, Kinds: []actor.Kind{actor.KindDepartment}, Lines: []actor.Line{actor.LineEducation},
		}, {
			Tiers: []actor.Tier{actor.TierProvince}, Kinds: []actor.Kind{actor.KindHigherVocational}, Regions: []string{"430200"},
		}},
	})
	return err
}

const arrangement = "arrangement" // key of story.owed for what callFor adds

// read lists the duties by what discharges them.
func (s *story) read(ctx context.Context) error {
	obligations, err := s.rooms.duties.Obligations(ctx, s.head, s.edition.ID)
	if err != nil {
		return err
	}
	for _, o := range obligations {
		key, _, _ := strings.Cut(o.FormHint, " ")
		if o.OwnerID != "" {
			key = arrangement
		}
		if key == "" || len(s.owed[key]) > 0 {
			continue
		}
		for after := ""; ; {
			page, err := s.rooms.duties.Find(ctx, s.head, duty.Filter{EditionID: s.edition.ID, ObligationID: o.ID, After: after})
			if err != nil {
				return err
			}
			s.owed[key] = append(s.owed[key], page.Items...)
			if after = page.Next; after == "" {
				break
			}
		}
	}
	return nil
}

func (s *story) dispatches(ctx context.Context) (all []duty.Dispatch, err error) {
	query := duty.ReceiptQuery{EditionID: s.edition.ID}
	for {
		list, next, err := s.rooms.duties.ReceiptList(ctx, s.head, query)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
		if query.After = next; next == "" {
			return all, nil
		}
	}
}

// signs tells whether the i-th unit has signed: three in five, more in some prefectures than in others.
func signs(i int, place actor.Place) bool {
	part := 4 + int(place.Region[3]-'0')%5
	return (i*7)%10 < part
}

// employ gives every unit that does something a person who does it.
func (s *story) employ(ctx context.Context, dispatches []duty.Dispatch) error {
	acting := map[string]bool{} // whether it does more than sign
	for i, d := range dispatches {
		if signs(i, d.Unit.Place) {
			acting[d.Unit.ID] = false
		}
	}
	for key, share := range shares {
		for i, d := range s.owed[key] {
			if i%share.of < share.take {
				acting[d.Unit.ID] = true
			}
		}
	}
	offices, err := s.Units.FindScope(ctx, s.DB, provincialOffices)
	if err != nil {
		return err
	}
	for _, u := range offices {
		acting[u.ID] = true
	}
	roles := []actor.Role{actor.RoleEditor, actor.RoleReviewer, actor.RoleHead}
	units := make([]string, 0, len(acting))
	for unitID := range acting {
		units = append(units, unitID)
	}
	slices.Sort(units)
	ids := make([]string, len(units))
	err = s.DB.Write(ctx, func(tx *sqldb.Tx) error {
		for i, unitID := range units {
			p, err := s.Units.CreatePersonTx(ctx, tx, actor.TheSystem(), unit.PersonDraft{
				UnitID: unitID, SignIn: fmt.Sprintf("lianluo%03d", i+1), Name: surnames[i%len(surnames)] + givenNames[i%len(givenNames)],
				Phone: fmt.Sprintf("139%04d0000", i+1), Email: fmt.Sprintf("lianluo%03d@example.cn", i+1),
			})
			if err != nil {
				return err
			}
			holds := roles
			if !acting[unitID] {
				holds = roles[:1]
			}
			for _, role := range holds {
				if err := s.Units.GrantTx(ctx, tx, actor.TheSystem(), p.ID, role); err != nil {
					return err
				}
			}
			ids[i] = p.ID
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, unitID := range units {
		if s.people[unitID], err = s.Units.Actor(ctx, s.DB, ids[i]); err != nil {
			return err
		}
	}
	return nil
}

var (
	surnames   = []string{"周", "李", "王", "陈", "刘", "黄", "何", "欧阳", "谢", "罗", "彭", "曾", "肖", "田", "唐", "邓", "龙", "贺", "蒋"}
	givenNames = []string{"示例", "样本", "示范", "联络"}
)

// share is how many of a list take part: take of every of.
type share struct{ take, of int }

// shares are those of the units that owe something by its kind.
var shares = map[string]share{form.WorkPlan: {1, 12}, form.Kickoff: {9, 14}, arrangement: {3, 4}, form.WorkSummary: {1, 20}}

// taking lists the duties of those who take part, with their number.
func (s *story) taking(key string, do func(n int, d duty.Duty, who actor.Actor)) {
	n := 0
	for i, d := range s.owed[key] {
		if who, ok := s.people[d.Unit.ID]; ok && i%shares[key].of < shares[key].take {
			do(n, d, who)
			n++
		}
	}
}

// receipts are signed within the first fortnight; most education bureaus pass the notice on.
func (s *story) receipts(list []duty.Dispatch) {
	bureaus := 0
	for i, d := range list {
		who, ok := s.people[d.Unit.ID]
		if !ok || !signs(i, d.Unit.Place) {
			continue
		}
		before, minute := sentBefore-1-(i*5)%14, 9*60+(i*37)%480
		s.when(before, minute, func(ctx context.Context) error {
			_, err := s.rooms.duties.Sign(ctx, who, d.ID)
			return err
		})
		p := d.Unit.Place
		if p.Tier != actor.TierPrefecture || p.Line != actor.LineEducation || p.Kind != actor.KindDepartment {
			continue
		}
		if bureaus++; bureaus%4 == 0 {
			continue
		}
		s.when(before-1, minute, func(ctx context.Context) error {
			_, err := s.rooms.duties.PassOn(ctx, who, d.ID, duty.Passing{Note: "请结合本地实际认真组织，活动安排报我局备案。"})
			return err
		})
	}
}

// handIn writes and hands in a filing.
func (s *story) handIn(ctx context.Context, who actor.Actor, dutyID string, values form.Values) error {
	saved, clash, err := s.rooms.filings.SaveDraft(ctx, who, dutyID, s.filed[dutyID].Draft.Version, values)
	if err != nil {
		return err
	}
	if clash != nil {
		return errors.New("sample: a draft by somebody else")
	}
	r, err := s.rooms.filings.Submit(ctx, who, dutyID, saved.Version)
	s.filed[dutyID] = r.Filing
	return err
}

// decide lets the units that review decide, one after the other; a return ends it.
func (s *story) decide(ctx context.Context, dutyID string, d review.Decision) error {
	f := s.filed[dutyID]
	latest, ok := f.Latest()
	if !ok {
		return errors.New("sample: nothing was handed in")
	}
	d.ReadHash = latest.Hash
	for _, step := range f.Steps {
		if int(step.Subject.Version) != latest.N || step.State != review.Open && step.State != review.Waiting {
			continue
		}
		who, ok := s.people[step.UnitID]
		if !ok {
			return nil // nobody of that unit has come to it yet
		}
		who.Roles = []actor.Role{step.Role}
		r, err := s.rooms.filings.Decide(ctx, who, step.ID, d)
		if err != nil || r.Done {
			return err
		}
	}
	return nil
}

var (
	accept  = review.Decision{Outcome: review.Accepted, Comment: "材料完整，同意受理。"}
	sayMore = review.Decision{
		Outcome: review.Returned, Comment: "总体可行，请补充经费来源，并把活动安排细化到场次。",
		Marks: []review.Mark{{Field: "measures", Words: "请写明各部门分工和完成时间。"}, {Field: "schedule.0.responsible", Words: "请写到具体科室。"}},
	}
)
