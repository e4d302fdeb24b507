package booking_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/courier"
	"openweek/internal/message"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit/peer"
)

func equal[T comparable](t testing.TB, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

func TestABookerIsToldByMailAndBySMSInTheirLanguage(t *testing.T) {
	t.Parallel()
	server := peer.StartMail(t)
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		smtp, err := courier.OpenSMTP("smtp://"+server.SMTP, "活动周办公室 <week@example.cn>")
		must(t, err)
		g := newGateway(t)
		f := newWritingFair(t, engine, map[message.Channel]courier.Carrier{message.Mail: smtp, message.SMS: g.carrier})
		hall := f.sessions(nil, 9)[0]
		chinese, english, landline := request(hall, 1, 2), request(hall, 2, 1), request(hall, 3, 1)
		chinese.Contact.Mail = fmt.Sprintf("zh-%s@example.cn", hall[24:])
		english.Contact.Mail, english.Locale = fmt.Sprintf("en-%s@example.cn", hall[24:]), "en"
		landline.Contact.Phone = "073184710000"
		a, b, c := f.claim(t, chinese), f.claim(t, english), f.claim(t, landline)
		f.post(t)
		f.post(t) // once is enough

		link := "https://week.example.cn/bookings/m/"
		code := func(r booking.Receipt) string { return r.Code[:4] + "-" + r.Code[4:] }
		took := g.taken()
		slices.SortFunc(took, func(x, y sms) int { return strings.Compare(x.To, y.To) })
		equal(t, "SMS", took, []sms{
			{"13800010000", "预约成功：开放日，7月20日 09:00，实训楼，2人，预约码" + code(a) + "。查看或取消：" + link + a.ManageToken},
			{"13800020000", "Booked: 开放日, 20 Jul, 09:00, 实训楼, 1 people, code " + code(b) + ". See or cancel: " + link + b.ManageToken},
		})
		mails := server.To(t, chinese.Contact.Mail)
		if len(mails) != 1 {
			t.Fatalf("%d mails", len(mails))
		}
		want := "张示例，您好：\n\n您的预约已成功。请按时前往，入场时出示预约码或链接中的二维码。如不能参加，请及时取消，把名额留给他人。\n\n" +
			"活动：开放日\n时间：2020年7月20日（星期一） 09:00–10:00\n地点：实训楼\n主办单位：省教育厅\n人数：2 人\n预约码：" + code(a) + "\n\n" +
			"查看入场码、更改人数或取消预约：\n" + link + a.ManageToken + "\n持有此链接即可管理您的预约，请勿转发给他人。\n\n" +
			"职业教育活动周\n本邮件由系统自动发出，请勿直接回复。\n"
		if mails[0].Subject != "【职业教育活动周】预约成功：开放日" || mails[0].Text != want {
			t.Errorf("%s\n%s", mails[0].Subject, mails[0].Text)
		}
		if mails = server.To(t, english.Contact.Mail); len(mails) != 1 || !strings.HasPrefix(mails[0].Text, "Dear 张示例,\n\nYour booking is confirmed.") {
			t.Errorf("%+v", mails)
		}
		equal(t, "both channels", f.letters(t, a.BookingID), []string{"booked mail sent", "booked sms sent"})
		equal(t, "a landline", f.letters(t, c.BookingID), nil)
	})
}

func TestEachThingToTellHasItsLetter(t *testing.T) {
	bySMS(t, func(t *testing.T, f *writingFair, g *gateway) {
		halls := f.sessions(nil, 2, 4)
		begins := func(want ...string) {
			t.Helper()
			f.post(t)
			var got []string
			for _, m := range g.taken() {
				got = append(got, strings.FieldsFunc(m.Text, func(r rune) bool { return r == '：' || r == '，' })[0])
				text, _, _ := strings.Cut(m.Text, "https://")
				if n := utf8.RuneCountInString(text); n > 70 {
					t.Errorf("%d characters before the link: %s", n, m.Text)
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			equal(t, "letters", got, want)
		}
		has, waits := f.claim(t, request(halls[0], 1, 2)), f.claim(t, request(halls[0], 2, 1))
		begins("预约成功", "已登记候补")
		_, err := f.Cancel(ctx, has.Code, has.ManageToken)
		must(t, err)
		begins("有名额了") // who cancels knows it
		_, err = f.Accept(ctx, waits.Code, waits.ManageToken)
		must(t, err)
		begins("预约已确认")
		must(t, f.db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := f.ResizeTx(ctx, tx, waits.BookingID, 2, false)
			return err
		}))
		begins("预约已更改为2人")
		session, _, err := f.GetSession(ctx, halls[0])
		must(t, err)
		d := session.SessionDraft
		d.Starts, d.Ends = d.Starts.Add(time.Hour), d.Ends.Add(time.Hour)
		session, err = f.activities.ChangeSession(ctx, sys, halls[0], session.Version, d)
		must(t, err)
		begins("时间有变")
		_, err = f.activities.CancelSession(ctx, sys, halls[0], session.Version, "台风")
		must(t, err)
		begins("很抱歉")

		held := request(halls[1], 3, 2)
		held.Hold = true
		asks := f.claim(t, held)
		begins("已提交")
		must(t, f.db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := f.CancelTx(ctx, tx, asks.BookingID, booking.ByHost, booking.UntoldDeclined)
			return err
		}))
		begins("很抱歉")
		equal(t, "a class that was declined", f.letters(t, asks.BookingID), []string{"booked sms sent", "declined sms sent"})
	})
}

func TestAHostsTextGoesToThoseWhoBookedBesideTheirOtherLetters(t *testing.T) {
	bySMS(t, func(t *testing.T, f *writingFair, g *gateway) {
		hall := f.sessions(nil, 2)[0]
		one := f.claim(t, request(hall, 1, 2))
		f.claim(t, request(hall, 2, 1)) // waits
		_, err := f.SendNotice(ctx, f.host(hall, "editor"), hall, booking.NoticeDraft{To: booking.Confirmed, Text: "请由东门入校。", Parties: 1})
		must(t, err)
		f.post(t)
		var texts []string
		for _, m := range g.taken() {
			if strings.Contains(m.Text, "东门") {
				texts = append(texts, m.To+" "+m.Text)
			}
		}
		equal(t, "texts", texts, []string{"13800010000 开放日（7月20日 09:00）主办单位通知：请由东门入校。 查看预约：https://week.example.cn/bookings/m/" + one.ManageToken})
		equal(t, "beside", f.letters(t, one.BookingID), []string{"booked sms sent", "notice sms sent"})
	})
}

func TestAGatewayThatIsAwayLosesNothing(t *testing.T) {
	bySMS(t, func(t *testing.T, f *writingFair, g *gateway) {
		hall := f.sessions(nil, 9)[0]
		stays, goes := f.claim(t, request(hall, 1, 1)), f.claim(t, request(hall, 2, 1))
		g.answer.Store(http.StatusServiceUnavailable)
		f.post(t)
		equal(t, "waits", f.letters(t, stays.BookingID), []string{"booked sms queued busy"})
		// What the booker has cancelled meanwhile is not told, and what is told is true when it leaves.
		_, err := f.Cancel(ctx, goes.Code, goes.ManageToken)
		must(t, err)
		g.answer.Store(0)
		f.post(t)
		if took := g.taken(); len(took) != 0 {
			t.Errorf("before its time: %v", took)
		}
		f.clock.Advance(2 * time.Minute)
		f.post(t)
		if took := g.taken(); len(took) != 1 || took[0].To != "13800010000" {
			t.Errorf("%v", took)
		}
		equal(t, "sent", f.letters(t, stays.BookingID), []string{"booked sms sent"})
		equal(t, "nothing to tell", f.letters(t, goes.BookingID), []string{"booked sms withheld withdrawn"})
		f.clock.Set(time.Date(2020, 7, 21, 9, 0, 0, 0, clock.Shanghai))
		late := f.letters(t, stays.BookingID)
		f.post(t)
		equal(t, "still", f.letters(t, stays.BookingID), late)
	})
}

func TestALaterLetterTakesThePlaceOfOneThatHasNotLeft(t *testing.T) {
	bySMS(t, func(t *testing.T, f *writingFair, g *gateway) {
		hall := f.sessions(nil, 9)[0]
		one := f.claim(t, request(hall, 1, 1))
		g.answer.Store(http.StatusServiceUnavailable)
		f.post(t)
		must(t, f.db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := f.ResizeTx(ctx, tx, one.BookingID, 3, false)
			return err
		}))
		g.answer.Store(0)
		f.clock.Advance(2 * time.Minute)
		f.post(t)
		equal(t, "letters", f.letters(t, one.BookingID), []string{"booked sms withheld superseded", "changed sms sent"})
		if took := g.taken(); len(took) != 1 || !strings.HasPrefix(took[0].Text, "预约已更改为3人") {
			t.Errorf("%v", took)
		}
	})
}

func TestWithoutAChannelMarksAreClearedAndNobodyIsWrittenTo(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		f := newWritingFair(t, engine, nil)
		hall := f.sessions(nil, 9)[0]
		one := f.claim(t, request(hall, 1, 1))
		s, _, err := f.GetSession(ctx, hall)
		must(t, err)
		_, err = f.activities.CancelSession(ctx, sys, hall, s.Version, "台风")
		must(t, err)
		f.post(t)
		if n := count(t, f.db, countUntold, hall, ""); n != 1 {
			t.Error("the mark is still there")
		}
		equal(t, "letters", f.letters(t, one.BookingID), nil)
	})
}

// Two processes find the same marks and the same letters; the message package has the control that sends
// what it finds without claiming it.
func TestTwoProcessesWriteEachLetterOnce(t *testing.T) {
	t.Parallel()
	const bookers = 60
	g := newGateway(t)
	f := newWritingFair(t, sqldb.Postgres, byGateway(g))
	second := newWriter(sqldbtest.Open(t, f.o), f.ring, f.clock, byGateway(g))
	hall := f.sessions(nil, bookers)[0]
	for n := range bookers {
		f.claim(t, request(hall, n+1, 1))
	}
	var all sync.WaitGroup
	for _, w := range []writer{f.w, second, f.w, second} {
		all.Go(func() {
			for range 5 {
				if _, err := w.TellBookers(ctx); err != nil {
					t.Error(err)
				}
				if _, err := w.messages.SendOutside(ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	f.post(t)
	to := map[string]int{}
	for _, m := range g.taken() {
		to[m.To]++
	}
	for n := range bookers {
		if phone := request(hall, n+1, 1).Contact.Phone; to[phone] != 1 {
			t.Errorf("%s got %d letters", phone, to[phone])
		}
	}
}
