package sample

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/google/uuid"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

// Crowd says how many activities are invented, and with what.
type Crowd struct {
	DB         *sqldb.DB
	Units      *unit.Service
	Editions   *edition.Service
	Activities *activity.Service
	EditionID  string
	Seed       uint64
	Count      int
	// Progress, which may be nil, hears how many have been written.
	Progress func(done int)
}

// crowdBatch is how many are made and written at a time.
const crowdBatch = 2000

// Activities writes published activities that look like those of a province into an edition: for the
// demo, for tests of many rows and for measurements. The same seed makes the same activities of the same
// units and week; a greater count only adds to them.
//
// Errors: those of edition.Get; sample.no_hosts (Conflict) where the store has no units to hold them,
// sample.activities_there (Conflict) where they were written before.
func Activities(ctx context.Context, c Crowd) (err error) {
	defer errs.Wrap(&err, "sample.Activities(%d)", c.Count)
	e, err := c.Editions.Get(ctx, actor.TheSystem(), c.EditionID)
	if err != nil {
		return err
	}
	units, err := c.Units.FindScope(ctx, c.DB, actor.Scope{Regions: []string{e.Territory}})
	if err != nil {
		return err
	}
	regions, err := c.Units.Regions(ctx)
	if err != nil {
		return err
	}
	m, err := newMaker(e, units, regions, c.Seed)
	if err != nil {
		return err
	}
	if c.Count > 0 {
		_, err := c.Activities.GetPublic(ctx, m.make(0).ID)
		if err == nil {
			return errs.Conflict("sample.activities_there")
		}
		if errs.KindOf(err) != errs.KindNotFound {
			return err
		}
	}
	return c.DB.Bulk(ctx, func() error {
		for done := 0; done < c.Count; {
			n := min(crowdBatch, c.Count-done)
			list := make([]activity.Loading, n)
			for i := range list {
				list[i] = m.make(done + i)
			}
			if err := c.Activities.Load(ctx, actor.TheSystem(), e.ID, list); err != nil {
				return err
			}
			done += n
			if c.Progress != nil {
				c.Progress(done)
			}
		}
		return nil
	})
}

// maker invents activities of an edition.
type maker struct {
	edition  edition.Edition
	seed     uint64
	hosts    map[string][]unit.Unit // by prefecture, four digits
	counties map[string][]unit.Region
	shares   []string // prefectures, each as often as its share says
	days     []clock.Day
}

func newMaker(e edition.Edition, units []unit.Unit, regions []unit.Region, seed uint64) (*maker, error) {
	m := &maker{edition: e, seed: seed, hosts: map[string][]unit.Unit{}, counties: map[string][]unit.Region{}}
	for _, u := range units {
		if prefix := actor.RegionPrefix(u.Place.Region); len(prefix) >= 4 {
			m.hosts[prefix[:4]] = append(m.hosts[prefix[:4]], u)
		}
	}
	for _, r := range regions {
		if r.Level == unit.LevelCounty {
			m.counties[r.Code[:4]] = append(m.counties[r.Code[:4]], r)
		}
	}
	for prefecture, hosts := range m.hosts {
		// Ids are made anew in each store; names and places stay.
		slices.SortFunc(hosts, func(a, b unit.Unit) int {
			return cmp.Or(cmp.Compare(a.Place.Region, b.Place.Region), cmp.Compare(a.Name, b.Name))
		})
		for range max(centres[prefecture].share, 1) {
			m.shares = append(m.shares, prefecture)
		}
	}
	slices.Sort(m.shares)
	if len(m.shares) == 0 || len(e.Methods) == 0 || len(e.Topics) == 0 {
		return nil, errs.Conflict("sample.no_hosts")
	}
	for day := e.Start; day <= e.End; day = day.AddDays(1) {
		m.days = append(m.days, day)
		if weekday := day.Time().Weekday(); weekday == time.Saturday || weekday == time.Sunday {
			m.days = append(m.days, day) // people come when they are free
		}
	}
	return m, nil
}

// dice throws for one activity.
type dice struct{ *rand.Rand }

func pick[T any](d dice, list []T) T { return list[d.IntN(len(list))] }

func (d dice) percent(n int) bool { return d.IntN(100) < n }

// id makes a UUIDv7 that depends on the dice alone.
func (d dice) id(at time.Time) string {
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[:8], uint64(at.UnixMilli())<<16|d.Uint64()&0xfff)
	binary.BigEndian.PutUint64(u[8:], d.Uint64())
	u[6], u[8] = u[6]&0x0f|0x70, u[8]&0x3f|0x80
	return u.String()
}

// make invents the activity with a number.
func (m *maker) make(n int) activity.Loading {
	d := dice{rand.New(rand.NewPCG(m.seed, uint64(n)))}
	prefecture := pick(d, m.shares)
	host := pick(d, m.hosts[prefecture])
	method := m.method(d, host.Place.Kind)
	made := m.edition.Start.Time().AddDate(0, 0, -30).Add(time.Duration(n) * time.Millisecond)
	l := activity.Loading{ID: d.id(made), UnitID: host.ID}
	c := &l.Content
	*c = m.content(d, host, method.Code)
	c.MethodID = method.ID
	c.TopicIDs = []string{pick(d, m.edition.Topics).ID}
	if d.percent(25) {
		if second := pick(d, m.edition.Topics).ID; second != c.TopicIDs[0] {
			c.TopicIDs = append(c.TopicIDs, second)
		}
	}
	c.Venue.Region = host.Place.Region
	county := ""
	if len(actor.RegionPrefix(host.Place.Region)) == 4 && len(m.counties[prefecture]) > 0 {
		r := pick(d, m.counties[prefecture])
		c.Venue.Region, county = r.Code, r.Name
	}
	c.Venue.Address = fmt.Sprintf("%s%s%d号（示例）", county, pick(d, roads), 1+d.IntN(299))
	centre := centres[prefecture]
	switch {
	case d.percent(6):
		c.Mode, c.Link = activity.Online, "https://live.example.cn/"+l.ID[24:]
	case d.percent(8):
		c.Mode, c.Link = activity.Both, "https://live.example.cn/"+l.ID[24:]
	default:
		c.Mode = activity.OnSite
	}
	if c.Mode != activity.Online && centre.lng != 0 {
		c.Venue.Point = activity.Point{Lng: centre.lng*1000 + int64(d.NormFloat64()*80_000), Lat: centre.lat*1000 + int64(d.NormFloat64()*60_000)}
	}
	c.Contact = activity.Contact{Office: pick(d, helpDesks), Phone: fmt.Sprintf("%s-8%03d0000", cmp.Or(centre.phone, "0731"), d.IntN(1000)), Confirmed: true}
	l.Sessions = m.sessions(d, made)
	return l
}

// method is one that suits a host.
func (m *maker) method(d dice, kind actor.Kind) edition.Item {
	want := map[string]int{"community_visit": 22, "public_service": 22, "study_session": 14, "open_campus": 8, "open_enterprise": 4, "media_coverage": 4}
	switch kind {
	case actor.KindEnterprise, actor.KindIndustryAssociation, actor.KindResearchInstitute:
		want["open_enterprise"], want["open_institute"], want["open_campus"] = 60, 30, 0
	case actor.KindHigherVocational, actor.KindVocationalUniversity, actor.KindUniversity, actor.KindTechnicianCollege, actor.KindAdultCollege, actor.KindSecondaryVocational:
		want["open_campus"], want["open_enterprise"] = 50, 0
	case actor.KindSchool:
		want["study_session"] = 40
	case actor.KindMedia:
		want["media_coverage"], want["open_campus"], want["open_enterprise"] = 60, 0, 0
	}
	total := 0
	weight := func(it edition.Item) int {
		if w, ok := want[it.Code]; ok {
			return w
		}
		return 5
	}
	for _, it := range m.edition.Methods {
		total += weight(it)
	}
	if total == 0 {
		return pick(d, m.edition.Methods)
	}
	at := d.IntN(total)
	for _, it := range m.edition.Methods {
		if at -= weight(it); at < 0 {
			return it
		}
	}
	return m.edition.Methods[0]
}

// content invents what is said of an activity of a method.
func (m *maker) content(d dice, host unit.Unit, method string) (c activity.Content) {
	var subject pair
	switch method {
	case "open_campus":
		subject = pick(d, programmes)
		c.Title = pick(d, []string{"走进" + subject.zh + "实训基地", "“匠心”" + subject.zh, subject.zh + "专业", "遇见" + subject.zh}) + pick(d, experiences)
		c.TitleEN = "Open campus: " + subject.en
		c.Venue.Name = pick(d, campusRooms)
		c.Audience = audience(d, "pupils", "parents", "students", "public", "teachers")
	case "open_enterprise", "open_institute":
		subject = pick(d, works)
		c.Title = pick(d, []string{"开放企业：", "走进企业——", "探访", "工业研学："}) + subject.zh + pick(d, []string{"参观", "开放日", "研学体验", "岗位体验", "技术讲解"})
		c.TitleEN = "Visit: " + subject.en
		c.Venue.Name = pick(d, workRooms)
		c.Audience = audience(d, "pupils", "students", "teachers", "public", "job_seekers")
	case "community_visit", "public_service":
		subject = pick(d, services)
		c.Title = pick(d, []string{"走进社区：", "技能服务进社区——", "职教惠民：", "把技能送到家门口："}) + subject.zh + pick(d, []string{"", "便民服务", "专场", "体验活动", "志愿服务日"})
		c.TitleEN = "In the community: " + subject.en
		c.Venue.Name = pick(d, civicRooms)
		c.Audience = audience(d, "residents", "public", "parents", "migrant_workers", "veterans")
	default:
		subject = pick(d, talks)
		c.Title = subject.zh + pick(d, lectures)
		c.TitleEN = "Talk: " + subject.en
		c.Venue.Name = pick(d, campusRooms)
		c.Audience = audience(d, "students", "teachers", "workers", "public", "pupils")
	}
	if d.percent(60) {
		c.TitleEN = ""
	}
	lead, gain := pick(d, leads), pick(d, gains)
	first, second, third := pick(d, steps), pick(d, steps), pick(d, steps)
	c.Summary = fmt.Sprintf("%s，%s，%s。", lead, first, gain)
	c.Description = form.Text(fmt.Sprintf("%s面向社会开放%s相关场地，%s%s，并%s。\n\n## 活动安排\n\n- 签到与安全说明\n- %s\n- %s\n- 交流与答疑\n\n参加者可以%s。活动不收取任何费用。",
		host.Name, subject.zh, lead, first, second, second, third, gain))
	c.Safety, c.Access = pick(d, safeties), pick(d, accesses)
	return c
}

func audience(d dice, likely ...activity.Audience) []activity.Audience {
	list := []activity.Audience{likely[0]}
	for _, one := range likely[1:] {
		if d.percent(35) {
			list = append(list, one)
		}
	}
	return list
}

// sessions invents when it is held: once, a few times, or each day of the week.
func (m *maker) sessions(d dice, made time.Time) (list []activity.LoadingSession) {
	minutes := pick(d, []int{60, 90, 120, 120, 150, 180})
	free, capacity := d.percent(18), int64(10*(1+d.IntN(20)))
	times := []string{pick(d, []string{"08:30", "09:00", "09:00", "09:30", "10:00", "10:30"})}
	if d.percent(45) {
		times = append(times, pick(d, []string{"14:00", "14:30", "15:00", "19:00"}))
	} else if d.percent(40) {
		times = []string{pick(d, []string{"14:00", "14:30", "15:00", "15:30", "18:30", "19:30"})}
	}
	days := []clock.Day{pick(d, m.days)}
	switch throw := d.IntN(100); {
	case throw < 4:
		days = slices.Compact(slices.Clone(m.days))
	case throw < 20:
		days = append(days, pick(d, m.days))
	}
	slices.Sort(days)
	for _, day := range slices.Compact(days) {
		for _, at := range times {
			start, err := time.ParseInLocation("2006-01-02 15:04", string(day)+" "+at, clock.Shanghai)
			if err != nil {
				panic(err) // impossible: the times stand above
			}
			run := activity.LoadingSession{ID: d.id(made), SessionDraft: activity.SessionDraft{Starts: clock.FromTime(start), Ends: clock.FromTime(start).Add(time.Duration(minutes) * time.Minute), Bookable: !free}}
			if !free {
				run.Capacity = capacity
				switch throw := d.IntN(100); {
				case throw < 12:
					run.Blocked = capacity
				case throw < 75:
					run.Blocked = d.Int64N(capacity)
				}
			}
			list = append(list, run)
		}
	}
	return list
}
