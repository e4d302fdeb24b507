package measure_test

import (
	"testing"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/booking"
	"openweek/internal/measure"
	"openweek/internal/sqldb"
)

// off orders that nobody comes on the day.
func (f *town) off(how measure.Onsite) measure.Draft {
	d := f.order(100)
	d.Onsite, d.Cause, d.Reason = how, measure.Weather, "台风红色预警"
	return d
}

func TestOffSiteCancelsSessionsAndTellsAndLiftingItOpensThemAgain(t *testing.T) {
	in(t, func(t *testing.T, f *town) {
		halls := f.publish(nil, 3, 9)
		made := []booking.Receipt{f.book(halls[0], 1, 2), f.book(halls[0], 2, 1), f.book(halls[0], 3, 2), f.book(halls[1], 4, 4)}
		hosted := f.session(halls[1])
		_, err := f.Activities.CancelSession(t.Context(), f.host, hosted.ID, hosted.Version, "场地检修")
		f.must(err)
		seen, err := f.Measures.Preview(t.Context(), f.head, f.off(measure.OnsiteOff))
		f.must(err)
		equal(t, "preview", seen, measure.Effect{Sessions: 1, Cancelled: 1, OffParties: 3, OffPeople: 5, Called: 3})
		m := f.switchOn(f.off(measure.OnsiteOff))
		equal(t, "what it did", m.Effect, seen)
		equal(t, "bookings", f.stand(made...), "x x x x")
		s := f.session(halls[0])
		equal(t, "cancelled", s.Cancelled(), true)
		equal(t, "with the words of the order", s.CancelReason, "台风红色预警")
		equal(t, "seats", f.seat(halls[0]), [4]int64{3, 0, 0, 0})
		_, err = f.Bookings.TellBookers(t.Context())
		f.must(err)
		calls, err := f.Bookings.CallList(t.Context(), f.host, halls[0])
		f.must(err)
		equal(t, "the host calls those whom no letter reaches", calls.Open, 3)
		equal(t, "of this", calls.List[0].What, booking.UntoldCancelled)
		_, err = f.Bookings.Claim(t.Context(), request(halls[0], 9, 1))
		refused(t, "a claim", err, "booking.session_cancelled")
		f.must(f.Measures.Apply(t.Context()))

		f.switchOff(m)
		equal(t, "it takes place again", f.session(halls[0]).Cancelled(), false)
		equal(t, "bookings stay cancelled", f.stand(made...), "x x x x")
		equal(t, "and are taken", f.stand(f.book(halls[0], 1, 2)), "c")
		equal(t, "what the host has cancelled stays so", f.session(halls[1]).CancelReason, "场地检修")
	})
}

func TestWhatHasBegunIsLeftAsItIs(t *testing.T) {
	in(t, func(t *testing.T, f *town) {
		halls := f.publish(nil, 3, 3)
		m := f.switchOn(f.off(measure.OnsiteOff))
		f.clock.Set(f.day.Start().Time().Add(9 * hour)) // the first was to begin at eight
		f.switchOff(m)
		equal(t, "the first", f.session(halls[0]).Cancelled(), true)
		equal(t, "the second", f.session(halls[1]).Cancelled(), false)
		f.must(f.Measures.Apply(t.Context()))
		equal(t, "the first, later", f.session(halls[0]).Cancelled(), true)
	})
}

func TestWhereThereIsALinkPeopleTakePartFromAfar(t *testing.T) {
	in(t, func(t *testing.T, f *town) {
		linked := f.publish(func(c *activity.Content) { c.Title, c.Link = "机床云参观", "https://live.example.cn/1" }, 4)[0]
		both := f.publish(func(c *activity.Content) {
			c.Title, c.Mode, c.Link = "线上线下同步", activity.Both, "https://live.example.cn/2"
		}, 4)[0]
		plain := f.publish(nil, 4)[0]
		made := []booking.Receipt{f.book(linked, 1, 4), f.book(both, 2, 2), f.book(plain, 3, 3)}
		d := f.off(measure.OnsiteAfar)
		d.CapPercent = 50 // from afar there is room for all
		seen, err := f.Measures.Preview(t.Context(), f.head, d)
		f.must(err)
		m := f.switchOn(d)
		equal(t, "what it did", m.Effect, seen)
		equal(t, "it did", seen, measure.Effect{Sessions: 3, Online: 2, OnlineParties: 2, OnlinePeople: 6, Cancelled: 1, OffParties: 1, OffPeople: 3, Called: 3})
		equal(t, "bookings", f.stand(made...), "c c x")
		afar, err := f.Measures.HeldAfar(t.Context(), []string{linked, both, plain})
		f.must(err)
		equal(t, "from afar", [3]bool{afar[linked], afar[both], afar[plain]}, [3]bool{true, true, false})
		letter, err := f.Bookings.GetLetter(t.Context(), made[0].BookingID, booking.UntoldAfar, "")
		f.must(err)
		equal(t, "a letter says so", letter.Afar, true)
		_, err = f.Bookings.TellBookers(t.Context())
		f.must(err)
		calls, err := f.Bookings.CallList(t.Context(), f.host, linked)
		f.must(err)
		equal(t, "told", calls.List[0].What, booking.UntoldAfar)

		// A harder order for the same day: what was only linked is cancelled, what is for both goes on.
		hard := f.switchOn(f.off(measure.OnsiteOff))
		equal(t, "bookings under the harder one", f.stand(made...), "x c x")
		equal(t, "it added", hard.Effect, measure.Effect{Sessions: 3, Cancelled: 1, OffParties: 1, OffPeople: 4, Called: 1})
		f.switchOff(hard)
		equal(t, "from afar again", f.session(linked).Cancelled(), false)
		f.switchOff(m)
		afar, err = f.Measures.HeldAfar(t.Context(), []string{linked, both, plain})
		f.must(err)
		equal(t, "on site again", len(afar), 0)
		equal(t, "seats", f.seat(both), [4]int64{4, 2, 0, 0})
	})
}

func TestWhoeverBooksForSomebodyLeavesAContactWhereItIsOrdered(t *testing.T) {
	in(t, func(t *testing.T, f *town) {
		hall := f.publish(nil, 9)[0]
		d := f.order(100)
		d.Contact = true
		m := f.switchOn(d)
		equal(t, "nothing else happens", m.Effect, measure.Effect{Sessions: 1})
		walkIn := func() error {
			return f.db.Write(t.Context(), func(tx *sqldb.Tx) error {
				_, err := f.Bookings.ClaimTx(t.Context(), tx, booking.Request{SessionID: hall, Party: 2, Source: booking.FromDoor})
				return err
			})
		}
		refused(t, "a walk-in", walkIn(), "booking.contact_ordered")
		equal(t, "with a contact", f.stand(f.book(hall, 1, 2)), "c")
		f.switchOff(m)
		f.must(walkIn())
	})
}

func TestWhoMayOrderAndRead(t *testing.T) {
	in(t, func(t *testing.T, f *town) {
		m := f.switchOn(f.order(50))
		changsha, editor, school := f.city, f.city, f.host
		editor.Roles, school.Roles = []actor.Role{actor.RoleEditor}, []actor.Role{actor.RoleHead}
		for name, c := range map[string]struct {
			a      actor.Actor
			region string
			key    string
		}{
			"nobody":                   {actor.Actor{}, "430100", "measure.forbidden"},
			"an editor":                {editor, "430100", "measure.forbidden"},
			"a college's head":         {school, "430102", "measure.forbidden"},
			"a prefecture for another": {changsha, "430200", "measure.region"},
			"a prefecture for all":     {changsha, "430000", "measure.region"},
			"a prefecture, a county":   {changsha, "430102", ""},
			"a prefecture":             {changsha, "430100", ""},
			"another province":         {f.head, "440000", "measure.region"},
			"no region":                {f.head, "", "measure.region"},
			"an unknown county":        {f.head, "430199", "measure.region"},
			"letters":                  {f.head, "43'--", "measure.region"},
		} {
			d := f.order(40)
			d.Region = c.region
			_, err := f.Measures.Preview(t.Context(), c.a, d)
			if c.key == "" {
				f.must(err)
				continue
			}
			refused(t, name, err, c.key)
			_, err = f.Measures.SwitchOn(t.Context(), c.a, d)
			refused(t, name, err, c.key)
		}
		refused(t, "a prefecture ends the province's", f.Measures.SwitchOff(t.Context(), changsha, m.ID, m.Version), "measure.forbidden")
		refused(t, "an old version", f.Measures.SwitchOff(t.Context(), f.head, m.ID, m.Version+7), "measure.changed_meanwhile")
		for _, reader := range []actor.Actor{changsha, f.host} {
			list, err := f.Measures.Find(t.Context(), reader, f.edition.ID)
			f.must(err)
			equal(t, "listed", len(list), 1)
			_, err = f.Measures.Get(t.Context(), reader, m.ID)
			f.must(err)
		}
		_, err := f.Measures.Find(t.Context(), actor.Actor{}, f.edition.ID)
		refused(t, "a stranger", err, "measure.forbidden")
		for _, measureID := range []string{"x", f.edition.ID} {
			_, err = f.Measures.Get(t.Context(), f.head, measureID)
			refused(t, "what is not", err, "measure.not_found")
		}
		_, err = f.Measures.SwitchOn(t.Context(), f.head, f.order(50))
		refused(t, "the same again", err, "measure.ordered_already")
	})
}

func TestBadInputIsRefusedOnItsField(t *testing.T) {
	in(t, func(t *testing.T, f *town) {
		long := make([]byte, 700)
		for i := range long {
			long[i] = 'a'
		}
		for name, c := range map[string]struct {
			change func(*measure.Draft)
			key    string
		}{
			"no percent":       {func(d *measure.Draft) { d.CapPercent = 0 }, "measure.percent"},
			"below none":       {func(d *measure.Draft) { d.CapPercent = -1 }, "measure.percent"},
			"more than all":    {func(d *measure.Draft) { d.CapPercent = 101 }, "measure.percent"},
			"no reason":        {func(d *measure.Draft) { d.Reason = " \n" }, "measure.text_missing"},
			"a long reason":    {func(d *measure.Draft) { d.Reason = string(long) }, "measure.text_long"},
			"long advice":      {func(d *measure.Draft) { d.Advice = string(long) }, "measure.text_long"},
			"no UTF-8":         {func(d *measure.Draft) { d.AdviceEN = "\xff" }, "measure.text_malformed"},
			"a zero byte":      {func(d *measure.Draft) { d.Reason = "a\x00" }, "measure.text_malformed"},
			"a cause":          {func(d *measure.Draft) { d.Cause = "x" }, "measure.choice_unknown"},
			"another place":    {func(d *measure.Draft) { d.Onsite = "x" }, "measure.choice_unknown"},
			"a day":            {func(d *measure.Draft) { d.First = "2020-02-30" }, "measure.day"},
			"a last day":       {func(d *measure.Draft) { d.Last = "x" }, "measure.day_last"},
			"backwards":        {func(d *measure.Draft) { d.Last = d.First.AddDays(-1) }, "measure.day_last"},
			"over already":     {func(d *measure.Draft) { d.First, d.Last = "2020-01-01", "2020-01-02" }, "measure.day_last"},
			"nothing at all":   {func(d *measure.Draft) { d.CapPercent = 100 }, "measure.empty"},
			"no edition":       {func(d *measure.Draft) { d.EditionID = "x" }, "edition.not_found"},
			"only advice will": {func(d *measure.Draft) { d.CapPercent, d.Advice = 100, "请佩戴口罩" }, ""},
		} {
			d := f.order(50)
			c.change(&d)
			_, err := f.Measures.Preview(t.Context(), f.head, d)
			if c.key == "" {
				f.must(err)
				continue
			}
			refused(t, name, err, c.key)
			_, err = f.Measures.SwitchOn(t.Context(), f.head, d)
			refused(t, name, err, c.key)
		}
		list, err := f.Measures.Find(t.Context(), f.head, f.edition.ID)
		f.must(err)
		equal(t, "ordered", len(list), 0)
	})
}

func TestThePublicReadsWhatIsInForceForItsPlaceAndDay(t *testing.T) {
	in(t, func(t *testing.T, f *town) {
		f.publish(nil, 4)
		d := f.order(50)
		d.Region, d.Advice = "430100", "请佩戴口罩"
		m := f.switchOn(d)
		count := func(region string, day int) int {
			t.Helper()
			list, err := f.Measures.Orders(t.Context(), f.edition.ID, region, f.day.AddDays(day))
			f.must(err)
			return len(list)
		}
		equal(t, "there and then", count("430102", 0), 1)
		equal(t, "elsewhere", count("430200", 0), 0)
		equal(t, "the day after", count("430102", 1), 0)
		equal(t, "the day before", count("430102", -1), 0)
		list, err := f.Measures.Orders(t.Context(), f.edition.ID, "430102", "")
		f.must(err)
		equal(t, "on any day", len(list), 1)
		f.switchOff(m)
		equal(t, "lifted", count("430102", 0), 0)
	})
}
