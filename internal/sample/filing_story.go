package sample

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/form"
)

// plans: a fifth of the units have begun; most of these are through, some came back, some wait.
func (s *story) plans() {
	s.taking(form.WorkPlan, func(n int, d duty.Duty, who actor.Actor) {
		before, minute := 22-n%18, 9*60+(n*53)%500
		values := plan(d.Unit, s.edition.Start, n)
		if n%9 == 8 {
			s.when(before, minute, func(ctx context.Context) error {
				_, _, err := s.rooms.filings.SaveDraft(ctx, who, d.ID, 0, values)
				return err
			})
			return
		}
		s.when(before, minute, func(ctx context.Context) error {
			return s.handIn(ctx, who, d.ID, values)
		})
		switch n % 9 {
		case 2: // came back
			s.when(before-2, minute, func(ctx context.Context) error { return s.decide(ctx, d.ID, sayMore) })
		case 4: // came back, and was corrected
			s.when(before-2, minute, func(ctx context.Context) error { return s.decide(ctx, d.ID, sayMore) })
			s.when(before-3, minute, func(ctx context.Context) error {
				return s.handIn(ctx, who, d.ID, plan(d.Unit, s.edition.Start, n+100))
			})
			s.when(before-4, minute, func(ctx context.Context) error { return s.decide(ctx, d.ID, accept) })
		case 6, 7: // waits
		default:
			s.when(before-3, minute, func(ctx context.Context) error { return s.decide(ctx, d.ID, accept) })
		}
	})
}

// kickoffs: each prefecture decides by itself whether it holds one.
func (s *story) kickoffs() {
	s.taking(form.Kickoff, func(n int, d duty.Duty, who actor.Actor) {
		before, minute := 12-n%8, 10*60+n*11
		s.when(before, minute, func(ctx context.Context) error {
			return s.handIn(ctx, who, d.ID, kickoff(d.Unit, s.edition.Start, n))
		})
		if n%5 != 4 {
			s.when(before-1, minute, func(ctx context.Context) error { return s.decide(ctx, d.ID, accept) })
		}
	})
}

// arrangements were due four days before the week: most came in time, some late, some not at all.
func (s *story) arrangements() {
	s.taking(arrangement, func(n int, d duty.Duty, who actor.Actor) {
		before, minute := 12-n%8, 14*60+(n*29)%180
		late := n%6 == 5
		if late {
			before = 2
		}
		s.when(before, minute, func(ctx context.Context) error {
			return s.handIn(ctx, who, d.ID, plan(d.Unit, s.edition.Start, n+50))
		})
		switch {
		case n%7 == 3:
			s.when(before-1, minute, func(ctx context.Context) error { return s.decide(ctx, d.ID, sayMore) })
		case !late:
			s.when(before-1, minute, func(ctx context.Context) error { return s.decide(ctx, d.ID, accept) })
		}
	})
}

// summaries come after the week; a few colleges hold theirs early.
func (s *story) summaries() {
	s.taking(form.WorkSummary, func(n int, d duty.Duty, who actor.Actor) {
		minute := 9*60 + n*17
		if n%3 == 2 {
			s.when(0, minute, func(ctx context.Context) error {
				_, _, err := s.rooms.filings.SaveDraft(ctx, who, d.ID, 0, workSummary(d.Unit, s.day(1), n))
				return err
			})
			return
		}
		s.when(1, minute, func(ctx context.Context) error {
			return s.handIn(ctx, who, d.ID, workSummary(d.Unit, s.day(1), n))
		})
		if n%3 == 0 {
			s.when(0, minute, func(ctx context.Context) error { return s.decide(ctx, d.ID, accept) })
		}
	})
}

// leave is what units asked for and were given: nil returns, exemptions, extensions.
func (s *story) leave() {
	n := 0
	for i, d := range s.owed[form.Exemplar] {
		who, ok := s.people[d.Unit.ID]
		if !ok || i%6 != 1 {
			continue
		}
		s.when(9, 9*60+i, func(ctx context.Context) error {
			_, err := s.rooms.duties.Ask(ctx, who, d.ID, duty.Plea{Kind: duty.NilReturn, Reason: "本单位今年没有可推荐的先进典型。"})
			return err
		})
		if n++; n == 9 {
			break
		}
	}
	given, asked := 0, 0
	for i, d := range s.owed[arrangement] {
		who, acts := s.people[d.Unit.ID]
		if i%shares[arrangement].of < shares[arrangement].take {
			continue
		}
		switch {
		case given == 0:
			given++
			s.when(8, 15*60, func(ctx context.Context) error {
				_, err := s.rooms.duties.Give(ctx, s.head, d.ID, duty.Plea{Kind: duty.Exemption, Reason: "新校区搬迁，今年不承办活动。"})
				return err
			})
		case given == 1:
			given++
			s.when(6, 15*60, func(ctx context.Context) error {
				_, err := s.rooms.duties.Give(ctx, s.head, d.ID, duty.Plea{Kind: duty.Extension, Until: s.day(-5), Reason: "防汛任务重，同意延期。"})
				return err
			})
		case acts && asked < 2:
			asked++
			s.when(3, 16*60+i, func(ctx context.Context) error {
				_, err := s.rooms.duties.Ask(ctx, who, d.ID, duty.Plea{Kind: duty.Extension, Until: s.day(-3), Reason: "承办场地临时调整，安排尚未最后确定，申请延期报送。"})
				return err
			})
		}
	}
	for i, d := range s.owed[form.WorkSummary] {
		who, acts := s.people[d.Unit.ID]
		if !acts || i%shares[form.WorkSummary].of < shares[form.WorkSummary].take {
			continue
		}
		until := d.LastDay().AddDays(14)
		s.when(2, 11*60, func(ctx context.Context) error {
			_, err := s.rooms.duties.Ask(ctx, who, d.ID, duty.Plea{Kind: duty.Extension, Until: until, Reason: "暑期师生社会实践与总结时间重叠，申请延期两周。"})
			return err
		})
		break
	}
}

// reminders go out on the mornings since the province's call, and once in the words of a person.
func (s *story) reminders() {
	for before := 12; before >= -1; before-- {
		s.when(before, 9*60+5, func(ctx context.Context) error {
			_, err := s.rooms.duties.ChaseDue(ctx)
			return err
		})
	}
	s.when(1, 16*60, func(ctx context.Context) error {
		late, err := s.rooms.duties.Find(ctx, s.head, duty.Filter{EditionID: s.edition.ID, Late: true, States: []duty.State{duty.StateOpen}})
		if err != nil {
			return err
		}
		var ids []string
		for _, d := range late.Items[:min(3, len(late.Items))] {
			ids = append(ids, d.ID)
		}
		if len(ids) == 0 {
			return nil
		}
		_, err = s.rooms.duties.Chase(ctx, s.head, ids, "活动周明天启动，请今天报送启动仪式和主要活动安排。")
		return err
	})
}

func liaison(n int) form.Person {
	return form.Person{Name: surnames[n%len(surnames)] + givenNames[n%len(givenNames)], Phone: "13900000000"}
}

// plan is a work plan with funds and a liaison.
func plan(u duty.Unit, start clock.Day, n int) form.Values {
	v := form.Values{
		"lead_unit":      form.Text(u.Name),
		"liaison":        liaison(n),
		"funds_arranged": form.Text("no"), "funds_reason": form.Text("在年度工作经费中统筹解决，不另行安排。"),
		"goals":    form.Text("让学生、家长和居民走近职业教育，各类活动不少于 6 场。"),
		"measures": form.Text("成立工作专班，分工到科室；活动前一周完成场地、安全和宣传准备。"),
		"schedule": form.Rows{
			{"start": form.Day(start), "end": form.Day(start), "activity": form.Text("启动仪式和成果展示"), "place": form.Text("市民广场"), "responsible": form.Text("职成科"), "expected": form.Int(int64(200 + n%7*50))},
			{"start": form.Day(start.AddDays(1)), "end": form.Day(start.AddDays(4)), "activity": form.Text("校园开放日"), "place": form.Text("各校区"), "responsible": form.Text("办公室"), "expected": form.Int(int64(600 + n%5*100))},
		},
		"safety": form.Text("制定应急预案，落实专人值守。"),
	}
	if n%3 != 0 {
		delete(v, "funds_reason")
		v["funds_arranged"], v["funds"], v["funds_sources"] = form.Text("yes"), form.Money(int64(30+n%9*10)*100_000), form.Choices{"special"}
		v["budget"] = form.Rows{
			{"purpose": form.Text("场地和展板"), "amount": form.Money(1_200_000)},
			{"purpose": form.Text("宣传印制"), "amount": form.Money(800_000)},
		}
	}
	return v
}

// kickoff is a prefecture's decision.
func kickoff(u duty.Unit, start clock.Day, n int) form.Values {
	v := form.Values{"liaison": liaison(n)}
	switch n % 4 {
	case 1:
		v["held"], v["link"] = form.Text("online"), form.Text("https://week.example.cn/live")
	case 3:
		v["held"], v["reason"] = form.Text("not_held"), form.Text("今年不单独举办，参加全省启动仪式。")
		return v
	default:
		v["held"], v["place"] = form.Text("held"), form.Text("市文化艺术中心")
	}
	v["date"], v["hosts"], v["expected"] = form.Day(start), form.Text(u.Name), form.Int(int64(300+n*20))
	return v
}

// workSummary is a summary with its data sheet; no figure is counted, as there are no check-ins yet.
func workSummary(u duty.Unit, published clock.Day, n int) form.Values {
	told := func(value int64) form.Figure {
		return form.Figure{Value: form.Int(value), Provenance: form.Reported}
	}
	return form.Values{
		"overview":   form.Text(u.Name + "提前组织了校内部分的活动，参与面广、秩序良好。"),
		"practices":  form.Text("1. 校园开放与专业体验结合；2. 教师带队走进社区，为居民提供维修和健康服务。"),
		"results":    form.Text("来访家长对专业和就业的了解明显增加，现场咨询 300 余人次。"),
		"problems":   form.Text("部分实训场地接待能力不足。"),
		"activities": told(int64(4 + n)), "sessions": told(int64(6 + n*2)),
		"participants": form.Figure{Value: form.Int(int64(900 + n*130)), Provenance: form.Estimated},
		"visitors":     told(int64(500 + n*80)), "pupils": told(int64(120 + n*10)), "media_pieces": told(int64(3 + n)),
		"pieces": form.Rows{
			{"title": form.Text("走进实训室，看见好未来"), "outlet": form.Text("湘音日报社（示例）"), "date": form.Day(published), "link": form.Text("https://news.example.cn/1")},
			{"title": form.Text("技能服务进社区"), "outlet": form.Text("三湘技能网（示例）"), "date": form.Day(published)},
		},
		"liaison": liaison(n),
	}
}
