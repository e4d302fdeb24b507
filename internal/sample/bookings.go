package sample

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/sqldb"
)

// openDay is what the sample college opens to visitors.
type openDay struct {
	title, titleEN, summary string
	runs                    []run
	questions               []booking.Question
}

// run is a session of it, with those who book it.
type run struct {
	day, hour      int // days from now
	seats, blocked int64
	parties        []int64 // of visitors, in the order in which they book: who does not fit waits
	callers        []int64 // for whom the college books
	class          int64   // people of a class that waits for the college; 0 for none
}

// The college of the sample people and its city.
const (
	college  = "长沙民政职业技术学院"
	changsha = "430100"
)

var openDays = []openDay{
	{
		title: "智能制造实训基地开放日", titleEN: "Open day: smart manufacturing training centre",
		summary: "参观数控、工业机器人和产线仿真实训室，在老师指导下动手操作。",
		runs: []run{
			{day: 1, hour: 9, seats: 30, blocked: 2, parties: []int64{2, 3, 1, 2, 4, 2, 1, 3}, callers: []int64{2}},
			{day: 1, hour: 14, seats: 12, parties: []int64{4, 3, 3, 2, 4, 1, 2}},
			{day: 2, hour: 9, seats: 60, blocked: 5, parties: []int64{2, 2, 5, 1}, callers: []int64{4}, class: 36},
			{day: 3, hour: 9, seats: 30, parties: []int64{3, 2}},
			{day: 3, hour: 14, seats: 30},
		},
		questions: []booking.Question{
			{Type: booking.AskChoice, Label: "想体验的项目", LabelEN: "What would you like to try?", Required: true, Choices: []booking.Choice{{Label: "数控机床", LabelEN: "CNC machine"}, {Label: "工业机器人", LabelEN: "Industrial robot"}, {Label: "3D打印", LabelEN: "3D printing"}}},
			{Type: booking.AskYesNo, Label: "是否需要无障碍通道", LabelEN: "Do you need step-free access?"},
		},
	},
	{
		title: "养老护理技能体验课", titleEN: "Care for the elderly: a hands-on class",
		summary: "学习助行、喂食和心肺复苏的基本方法，适合家有老人的居民。",
		runs: []run{
			{day: 2, hour: 10, seats: 20, parties: []int64{1, 2, 1, 1, 2}},
			{day: 4, hour: 10, seats: 20, parties: []int64{1}},
		},
	},
}

// bookers are the names of those who book; the numbers end in 0000.
var bookers = []string{"张示例", "李样本", "王示范", "刘示例", "陈样本", "杨示范", "赵示例", "黄样本", "周示范", "吴示例", "徐样本", "孙示范"}

// visitor is the contact of the nth who books.
func visitor(n int) booking.Contact {
	return booking.Contact{Name: bookers[n%len(bookers)], Phone: fmt.Sprintf("139%04d0000", n+1)}
}

// Bookings opens the sample college to visitors and books some of its sessions: some have seats, one is
// full and has a waiting list, a class waits for the college. Names and numbers are invented.
//
// Errors: those of edition.Get, activity.Load and booking.ClaimTx; sample.no_hosts (Conflict).
func Bookings(ctx context.Context, c Crowd, b *booking.Service) (err error) {
	defer errs.Wrap(&err, "sample.Bookings")
	e, err := c.Editions.Get(ctx, actor.TheSystem(), c.EditionID)
	if err != nil {
		return err
	}
	unitID := ""
	units, err := c.Units.FindScope(ctx, c.DB, actor.Scope{Regions: []string{changsha}})
	if err != nil {
		return err
	}
	for _, u := range units {
		if u.Name == college {
			unitID = u.ID
		}
	}
	method := slices.IndexFunc(e.Methods, func(i edition.Item) bool { return i.Code == form.OpenCampus })
	if unitID == "" || method < 0 || len(e.Topics) == 0 {
		return errs.Conflict("sample.no_hosts")
	}
	list := make([]activity.Loading, len(openDays))
	today := e.Start.AddDays(1) // see Editions
	for n, one := range openDays {
		list[n] = one.loading(dice{rand.New(rand.NewPCG(c.Seed, uint64(1<<32+n)))}, today, activity.Loading{UnitID: unitID, Content: activity.Content{
			MethodID: e.Methods[method].ID, TopicIDs: []string{e.Topics[0].ID},
		}})
	}
	return c.DB.Bulk(ctx, func() error {
		if err := c.Activities.Load(ctx, actor.TheSystem(), e.ID, list); err != nil {
			return err
		}
		for n, one := range openDays {
			if len(one.questions) == 0 {
				continue
			}
			rule := booking.Rule{PerDay: 2, Questions: one.questions}
			if _, err := b.SetRule(ctx, actor.TheSystem(), list[n].ID, 0, rule); err != nil {
				return err
			}
		}
		return c.DB.Write(ctx, func(tx *sqldb.Tx) error {
			known := 0
			for n, one := range openDays {
				for i, r := range one.runs {
					if err := r.bookTx(ctx, tx, b, list[n].Sessions[i].ID, one.questions, &known); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
}

// loading is the activity as it is written.
func (o openDay) loading(d dice, today clock.Day, l activity.Loading) activity.Loading {
	made := today.AddDays(-20).Time()
	l.ID = d.id(made)
	c := &l.Content
	c.Title, c.TitleEN, c.Summary = o.title, o.titleEN, o.summary
	c.Description = form.Text(o.summary + "\n\n## 参观须知\n\n- 请提前十分钟到达实训楼一层签到\n- 中小学生须由成人陪同\n\n参观不收取任何费用。")
	c.Audience = []activity.Audience{"pupils", "parents", "residents"}
	c.Mode = activity.OnSite
	c.Venue = activity.Venue{Name: "实训楼一层", Address: "示例路1号（示例）", Region: changsha, Point: activity.Point{Lng: 112_938_000, Lat: 28_188_000}}
	c.Contact = activity.Contact{Office: "招生就业处", Phone: "0731-84710000", Confirmed: true}
	c.Safety, c.Access = "请听从老师指引，勿触摸运转的设备。", "地铁示例站2号口步行五分钟。"
	for _, r := range o.runs {
		starts := today.AddDays(r.day).Start().Add(time.Duration(r.hour) * time.Hour)
		l.Sessions = append(l.Sessions, activity.LoadingSession{ID: d.id(made), Blocked: r.blocked, SessionDraft: activity.SessionDraft{
			Starts: starts, Ends: starts.Add(2 * time.Hour), Bookable: true, Capacity: r.seats, PartyMax: 5, GroupMin: 15, GroupMax: 50,
		}})
	}
	return l
}

// bookTx books a session. known is how many people have booked anything so far.
func (r run) bookTx(ctx context.Context, tx *sqldb.Tx, b *booking.Service, sessionID string, questions []booking.Question, known *int) error {
	book := func(request booking.Request) error {
		request.SessionID, request.Contact = sessionID, visitor(*known)
		*known++
		_, err := b.ClaimTx(ctx, tx, request)
		return err
	}
	for n, party := range r.parties {
		answers, err := answersOf(questions, n)
		if err != nil {
			return err
		}
		if err := book(booking.Request{Party: party, Source: booking.FromPortal, Answers: answers}); err != nil {
			return err
		}
	}
	for _, party := range r.callers {
		if err := book(booking.Request{Party: party, Source: booking.FromHost}); err != nil {
			return err
		}
	}
	if r.class > 0 {
		return book(booking.Request{Party: r.class, Source: booking.FromPortal, Group: true, Hold: true})
	}
	return nil
}

// answersOf answers questions as the nth who books does.
func answersOf(questions []booking.Question, n int) (json.RawMessage, error) {
	answers := map[string]any{}
	for i, q := range questions {
		key := fmt.Sprintf("q%d", i+1)
		switch q.Type {
		case booking.AskChoice:
			answers[key] = q.Choices[n%len(q.Choices)].Label
		case booking.AskYesNo:
			answers[key] = n%4 == 1
		}
	}
	if len(answers) == 0 {
		return nil, nil
	}
	return json.Marshal(answers)
}
