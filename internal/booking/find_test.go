package booking_test

import (
	"encoding/json"
	"testing"
	"time"

	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
)

func TestCodeAndTelephoneFindABooking(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 5)[0]
		mine := f.claim(t, request(hall, 1, 2))
		for _, c := range [][2]string{{mine.Code, "13800010000"}, {mine.Code[:4] + "-" + mine.Code[4:], "+86 138 0001 0000"}, {" " + mine.Code, "１３８００010000"}} {
			token, err := f.Find(ctx, c[0], c[1])
			must(t, err)
			if token != mine.ManageToken {
				t.Errorf("%v: %s", c, token)
			}
		}
		var told []string
		for _, c := range [][2]string{{mine.Code, "13800020000"}, {"AAAABBBB", "13800010000"}, {"", "13800010000"}, {"x' OR 1=1", "13800010000"}} {
			_, err := f.Find(ctx, c[0], c[1])
			refused(t, err, "booking.no_match")
			told = append(told, errs.As(err).Error())
		}
		for _, one := range told {
			if one != told[0] {
				t.Errorf("an unknown code is told from another number: %s, %s", one, told[0])
			}
		}
		_, err := f.Find(ctx, mine.Code, "12345")
		if got := problems(err); got["phone"] != "booking.phone_malformed" {
			t.Errorf("%v", got)
		}
	})
}

func TestErasingOnesOwnDataCancelsWhatIsToComeAndKeepsTheCounts(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		hall := f.sessions(nil, 5)[0]
		f.setRule(hall, func(r *booking.Rule) { r.Questions, r.PerDay = asked[:1], 1 })
		ask := func(n int, party int64) booking.Receipt {
			r := request(hall, n, party)
			r.Answers, r.Key, r.Locale = json.RawMessage(`{"age":7}`), "key", "en"
			r.Key += r.Contact.Phone
			return f.claim(t, r)
		}
		mine, other := ask(1, 2), ask(2, 3)
		_, err := f.EraseOwn(ctx, mine.Code, other.ManageToken)
		refused(t, err, "booking.token_refused")
		for range 2 { // again there is nothing left to erase
			b, err := f.EraseOwn(ctx, mine.Code, mine.ManageToken)
			must(t, err)
			if b.Status != booking.Cancelled || b.Contact != (booking.Contact{}) || b.Party != 2 || f.left(t, hall) != 2 {
				t.Errorf("%+v, %d left", b, f.left(t, hall))
			}
		}
		if n := count(t, f.db, countTraces, mine.BookingID, f.ring.Hash("booking.contact", "13800010000")); n != 0 {
			t.Errorf("%d traces are left", n)
		}
		_, err = f.Find(ctx, mine.Code, "13800010000")
		refused(t, err, "booking.no_match")
		// Once the session has begun the booking stays: it is counted who came.
		f.clock.Set(time.Date(2020, 7, 20, 9, 30, 0, 0, clock.Shanghai))
		b, err := f.EraseOwn(ctx, other.Code, other.ManageToken)
		must(t, err)
		if b.Status != booking.Confirmed || b.Contact != (booking.Contact{}) || b.Party != 3 {
			t.Errorf("%+v", b)
		}
		ticket, err := f.Ticket(ctx, other.ManageToken)
		must(t, err)
		if !ticket.Erased() || ticket.Answers != nil || ticket.Locale != "" {
			t.Errorf("%+v", ticket)
		}
	})
}

func TestAFormThatWasFilledInByAProgramIsSentOnceMore(t *testing.T) {
	in(t, func(t *testing.T, f *fair) {
		halls := f.sessions(nil, 5, 5)
		slip := f.Slip(halls[0])
		refuse := func(slip string) {
			t.Helper()
			refused(t, f.CheckSlip(halls[0], slip), "booking.slip_refused")
		}
		refuse(slip)
		f.clock.Advance(3 * time.Second)
		must(t, f.CheckSlip(halls[0], slip))
		refuse("")
		refuse("x")
		refuse(slip[:len(slip)-1])
		refuse("B" + slip[1:])
		refuse(f.Slip(halls[1]))
		f.clock.Advance(25 * time.Hour)
		refuse(slip)
	})
}
