package paper_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/message"
	"openweek/internal/paper"
)

// bookerLetter is a letter with the longest names that there are.
func bookerLetter(tell booking.Untold, status booking.Status, locale string) booking.Letter {
	starts := clock.Day("2020-11-20").Start().Add(10*time.Hour + 30*time.Minute)
	l := booking.Letter{
		Booking: booking.Booking{Code: "ABCDEFGH", Status: status, Party: 40, Seats: 40, Contact: booking.Contact{Name: "张示例", Phone: "13800010000"}},
		Tell:    tell, Notice: "请由东门入校。", Locale: locale, Token: strings.Repeat("A", 70),
		Session: activity.Session{SessionDraft: activity.SessionDraft{Starts: starts, Ends: starts.Add(90 * time.Minute)}, CancelReason: "台风。"},
	}
	l.Activity.Content = activity.Content{
		Title: strings.Repeat("数控技术开放日", 6), Mode: activity.Both, Link: "https://live.example.cn/1",
		Venue: activity.Venue{Name: strings.Repeat("第三实训楼", 4), Address: "示例路1号"}, Contact: activity.Contact{Office: "招生就业处", Phone: "0731-84710000"},
	}
	l.Activity.Unit.Name = "示例职业技术学院"
	if tell == booking.UntoldOffered {
		l.OfferUntil = starts.Add(-2 * time.Hour)
	}
	if status == booking.Waitlisted {
		l.Position = 12
	}
	return l
}

func TestEveryLetterToABookerIsWrittenInBothLanguages(t *testing.T) {
	t.Parallel()
	letters := paper.Letters{PublicURL: "https://week.example.cn/"}
	for _, c := range []struct {
		tell   booking.Untold
		status booking.Status
	}{
		{booking.UntoldBooked, booking.Confirmed},
		{booking.UntoldBooked, booking.Waitlisted},
		{booking.UntoldBooked, booking.Pending},
		{booking.UntoldOffered, booking.Pending},
		{booking.UntoldConfirmed, booking.Confirmed},
		{booking.UntoldChanged, booking.Confirmed},
		{booking.UntoldChanged, booking.Waitlisted},
		{booking.UntoldMoved, booking.Confirmed},
		{booking.UntoldMoved, booking.Waitlisted},
		{booking.UntoldCancelled, booking.Cancelled},
		{booking.UntoldDeclined, booking.Cancelled},
		{booking.UntoldLapsed, booking.Cancelled},
		{booking.UntoldNotice, booking.Confirmed},
		{booking.UntoldNotice, booking.Waitlisted},
	} {
		for _, locale := range []string{"", "zh-Hans", "en"} {
			l := bookerLetter(c.tell, c.status, locale)
			link := "https://week.example.cn/bookings/m/" + l.Token
			for _, channel := range []message.Channel{message.Mail, message.SMS} {
				text := letters.Booking(l, channel)
				whole := text.Subject + "\n" + text.Body
				if strings.Contains(whole, "⟦") || strings.Contains(whole, "<no value>") || strings.Count(whole, link) != 1 || (text.Subject == "") != (channel == message.SMS) {
					t.Errorf("%s, %s, %q by %s:\n%s", c.tell, c.status, locale, channel, whole)
				}
				if utf8.RuneCountInString(text.Subject) > 110 {
					t.Errorf("a subject of %d characters: %s", utf8.RuneCountInString(text.Subject), text.Subject)
				}
			}
			if before, _, _ := strings.Cut(letters.Booking(l, message.SMS).Body, "https://"); locale != "en" && utf8.RuneCountInString(before) > 90 {
				t.Errorf("%d characters before the link: %s", utf8.RuneCountInString(before), before)
			}
		}
	}
}

func TestTheLinkOfAnOnlineActivityIsOnlyForWhoHasSeats(t *testing.T) {
	t.Parallel()
	for status, want := range map[booking.Status]bool{booking.Confirmed: true, booking.Waitlisted: false, booking.Pending: false} {
		body := paper.Letters{}.Booking(bookerLetter(booking.UntoldBooked, status, ""), message.Mail).Body
		if got := strings.Contains(body, "https://live.example.cn/1"); got != want {
			t.Errorf("%s: %t\n%s", status, got, body)
		}
	}
}
