package host_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/sample"
	"openweek/internal/sqldb"
	"openweek/internal/testkit"
)

// fair is the demo with an activity of the college, whose first session was booked.
type fair struct {
	*testkit.Site
	t       *testing.T
	act     activity.Activity
	session string
	path    string
	made    []booking.Receipt
}

func newFair(t *testing.T, runs ...activity.SessionDraft) *fair {
	t.Helper()
	t.Parallel()
	f := &fair{Site: testkit.Demo(t, sqldb.SQLite, nil), t: t}
	if len(runs) == 0 {
		day := f.Clock.Now().Day()
		runs = []activity.SessionDraft{testkit.Run(day.AddDays(1), 9, 10), testkit.Run(day.AddDays(2), 9, 10)}
	}
	f.act = f.Publish(nil, runs...)
	f.session = f.act.Sessions[0].ID
	f.path = "/desk/bookings/" + f.session
	return f
}

// claim books the first session as the public does.
func (f *fair) claim(name, phone string, party int64) booking.Receipt {
	f.t.Helper()
	r, err := f.Bookings.Claim(f.t.Context(), booking.Request{SessionID: f.session, Party: party, Source: booking.FromPortal, Contact: booking.Contact{Name: name, Phone: phone}})
	if err != nil {
		f.t.Fatal(err)
	}
	f.made = append(f.made, r)
	return r
}

// as signs somebody of the sample in.
func (f *fair) as(name string) *testkit.Visitor {
	f.t.Helper()
	v := f.Visitor()
	if p := v.Post("/desk/sign-in", url.Values{"name": {name}, "password": {sample.Password}}); p.Status != http.StatusSeeOther {
		f.t.Fatalf("%s cannot sign in: %d", name, p.Status)
	}
	return v
}

func (f *fair) expect(p *testkit.Page, status int) *testkit.Page {
	f.t.Helper()
	if p.Status != status {
		f.t.Fatalf("answered with %d, want %d: %s", p.Status, status, strings.Join(p.Texts("main"), " "))
	}
	return p
}

// page is the text of the main part.
func page(p *testkit.Page) string { return strings.Join(p.Texts("main"), " ") }

func (f *fair) state(r booking.Receipt) booking.Booking {
	f.t.Helper()
	b, err := f.Bookings.Get(f.t.Context(), r.Code, r.ManageToken)
	if err != nil {
		f.t.Fatal(err)
	}
	return b
}

func TestNoPageShowsAContactBeforeItIsRevealed(t *testing.T) {
	f := newFair(t)
	f.claim("欧阳测试名", "13912340000", 2)
	editor, head := f.as("college.editor"), f.as("sheng.head")
	const name, phone = "欧阳测试名", "13912340000"
	for who, v := range map[string]*testkit.Visitor{"editor": editor, "office": head} {
		for _, path := range []string{"/desk/bookings", f.path, f.path + "?show=confirmed", f.path + "?q=" + phone, f.path + "/print", f.path + "/calls", f.path + "/list/" + f.made[0].BookingID, f.path + "/cancel", f.path + "/message"} {
			body := strings.NewReplacer(`value="`+phone+`"`, "", "q="+phone, "").Replace(v.Get(path).Body) // what the reader has searched for
			if strings.Contains(body, name) || strings.Contains(body, phone) {
				t.Errorf("%s sees a contact at %s", who, path)
			}
		}
	}
	p := f.expect(editor.Get(f.path), http.StatusOK)
	if !strings.Contains(page(p), "欧*") || !strings.Contains(page(p), "139****0000") {
		t.Errorf("the list: %s", page(p))
	}
	if got := page(f.expect(head.Get(f.path), http.StatusOK)); strings.Contains(got, "欧*") || !strings.Contains(got, "1 个预约，2 人") {
		t.Errorf("an office sees %s", got)
	}
	p = f.expect(editor.Post(f.path+"/reveal", url.Values{}), http.StatusOK)
	if !strings.Contains(page(p), name) || !strings.Contains(page(p), phone) || p.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("revealed: %s, %s", page(p), p.Header.Get("Cache-Control"))
	}
	f.expect(head.Post(f.path+"/reveal", url.Values{}), http.StatusForbidden)
	f.expect(f.as("furong.editor").Get(f.path), http.StatusNotFound)
}

func TestTheListOfSessionsIsFilteredAndSearched(t *testing.T) {
	f := newFair(t)
	f.claim("张示例", "13800010000", 4)
	v := f.as("college.editor")
	rows := func(query string) (n int) {
		t.Helper()
		for _, link := range f.expect(v.Get("/desk/bookings?activity="+f.act.ID+query), http.StatusOK).Links() {
			if strings.HasPrefix(link, "/desk/bookings/") {
				n++
			}
		}
		return n
	}
	day := string(f.act.Sessions[1].Day())
	for query, want := range map[string]int{"": 2, "&day=" + day: 1, "&state=full": 0, "&state=open": 2, "&when=past": 0, "&after=" + f.session: 1} {
		if got := rows(query); got != want {
			t.Errorf("%q: %d sessions, want %d", query, got, want)
		}
	}
	code := f.made[0].Code
	if got := page(v.Get(f.path + "?q=" + code[4:])); !strings.Contains(got, code[:4]+"-"+code[4:]) {
		t.Errorf("by the end of the code: %s", got)
	}
	for path, status := range map[string]int{
		"/desk/bookings?day=tomorrow": http.StatusUnprocessableEntity, "/desk/bookings?state=x": http.StatusUnprocessableEntity, "/desk/bookings?after=x": http.StatusUnprocessableEntity,
		"/desk/bookings/x": http.StatusNotFound, f.path + "?show=x": http.StatusUnprocessableEntity, f.path + "?q=%E5%BC%A0": http.StatusUnprocessableEntity, f.path + "?after=-1": http.StatusUnprocessableEntity,
		f.path + "/list/x": http.StatusNotFound,
	} {
		if p := v.Get(path); p.Status != status {
			t.Errorf("%s is answered with %d", path, p.Status)
		}
	}
}

func TestAHostBooksConfirmsResizesAndCancelsOnThePages(t *testing.T) {
	f := newFair(t)
	v := f.as("college.editor")
	book := func(form url.Values) *testkit.Page { return v.Post(f.path+"/new", form) }
	for name, form := range map[string]url.Values{
		"nothing":       {},
		"nobody":        {"kind": {"caller"}, "party": {"2"}},
		"no telephone":  {"kind": {"caller"}, "party": {"2"}, "name": {"张示例"}, "phone": {"12"}},
		"no people":     {"kind": {"door"}, "party": {"0"}},
		"minus":         {"kind": {"door"}, "party": {"-1"}},
		"a whole city":  {"kind": {"door"}, "party": {"1000000000"}},
		"more than fit": {"kind": {"door"}, "party": {"11"}},
		"no such kind":  {"kind": {"x"}, "party": {"1"}},
	} {
		if p := book(form); p.Status != http.StatusUnprocessableEntity && p.Status != http.StatusConflict {
			t.Errorf("%s: answered with %d", name, p.Status)
		}
	}
	p := f.expect(book(url.Values{"kind": {"caller"}, "party": {"4"}, "name": {"李示例"}, "phone": {"139 0001 0000"}}), http.StatusSeeOther)
	one := p.Header.Get("Location")
	if got := page(v.Get(one)); !strings.Contains(got, "已预约。") || !strings.Contains(got, "李*") {
		t.Errorf("booked: %s", got)
	}
	f.expect(book(url.Values{"kind": {"door"}, "party": {"1"}}), http.StatusSeeOther)
	f.expect(v.Post(one, url.Values{"party": {"99"}}), http.StatusConflict)
	f.expect(v.Post(one, url.Values{"party": {"x"}}), http.StatusUnprocessableEntity)
	f.expect(v.Post(one, url.Values{"party": {"2"}}), http.StatusSeeOther)
	held, err := f.Bookings.Claim(t.Context(), booking.Request{SessionID: f.session, Party: 3, Hold: true, Source: booking.FromPortal, Contact: booking.Contact{Name: "王示例", Phone: "13700010000"}})
	if err != nil {
		t.Fatal(err)
	}
	waits := f.path + "/list/" + held.BookingID
	f.expect(v.Post(waits+"/confirm", url.Values{}), http.StatusSeeOther)
	if b := f.state(held); b.Status != booking.Confirmed {
		t.Errorf("confirmed: %+v", b)
	}
	if got := page(f.expect(v.Get(waits+"/cancel"), http.StatusOK)); !strings.Contains(got, "3 人") {
		t.Errorf("asked: %s", got)
	}
	f.expect(v.Post(waits+"/cancel", url.Values{}), http.StatusSeeOther)
	if b := f.state(held); b.Status != booking.Cancelled {
		t.Errorf("cancelled: %+v", b)
	}
	h, err := f.Bookings.HostSession(t.Context(), f.Staff("college.editor"), f.session)
	if err != nil || h.Seat.Taken != 3 {
		t.Errorf("%+v, %v", h.Seat, err)
	}
}

func TestSeatsTimesAndSessionsAreChangedAfterAQuestion(t *testing.T) {
	f := newFair(t)
	r := f.claim("张示例", "13800010000", 4)
	v := f.as("college.editor")
	f.expect(v.Post(f.path+"/seats", url.Values{"op": {"capacity"}, "capacity": {"3"}}), http.StatusConflict) // below what is booked
	f.expect(v.Post(f.path+"/seats", url.Values{"op": {"capacity"}, "capacity": {"many"}}), http.StatusUnprocessableEntity)
	f.expect(v.Post(f.path+"/seats", url.Values{"op": {"capacity"}, "capacity": {"8"}}), http.StatusSeeOther)
	f.expect(v.Post(f.path+"/seats", url.Values{"op": {"block"}, "seats": {"5"}}), http.StatusConflict)
	f.expect(v.Post(f.path+"/seats", url.Values{"op": {"block"}, "seats": {"2"}}), http.StatusSeeOther)
	f.expect(v.Post(f.path+"/seats", url.Values{"op": {"release"}, "seats": {"3"}}), http.StatusConflict)
	f.expect(v.Post(f.path+"/seats", url.Values{"op": {"release"}, "seats": {"1"}}), http.StatusSeeOther)
	session := func() booking.HostSession {
		t.Helper()
		h, err := f.Bookings.HostSession(t.Context(), f.Staff("college.editor"), f.session)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	h := session()
	if h.Seat.Capacity != 8 || h.Seat.Blocked != 1 {
		t.Errorf("%+v", h.Seat)
	}
	to := url.Values{"day": {string(h.Day())}, "from": {"15:00"}, "to": {"16:30"}, "version": {"0"}}
	f.expect(v.Post(f.path+"/move", url.Values{"day": {string(h.Day())}, "from": {"25:00"}, "to": {"x"}}), http.StatusUnprocessableEntity)
	f.expect(v.Post(f.path+"/move", url.Values{"day": {string(h.Day())}, "from": {"09:00"}, "to": {"10:30"}}), http.StatusUnprocessableEntity) // as it is
	f.expect(v.Post(f.path+"/move", url.Values{"day": {string(h.Day())}, "from": {"15:00"}, "to": {"14:00"}}), http.StatusUnprocessableEntity)
	p := f.expect(v.Post(f.path+"/move", to), http.StatusOK)
	if got := page(p); !strings.Contains(got, "涉及 1 个预约，共 4 人。") || session().Starts != h.Starts {
		t.Errorf("asked: %s", got)
	}
	to.Set("op", "move")
	f.expect(v.Post(f.path+"/move", to), http.StatusConflict) // somebody else has changed it
	to.Set("version", digits(h.Version))
	f.expect(v.Post(f.path+"/move", to), http.StatusSeeOther)
	moved := session()
	if moved.Starts.Time().Format("15:04") != "15:00" || moved.Closes != moved.Starts {
		t.Errorf("moved to %v, booking ends %v", moved.Starts.Time(), moved.Closes.Time())
	}
	if got := page(f.expect(v.Get(f.path+"/cancel"), http.StatusOK)); !strings.Contains(got, "现有 1 个预约，共 4 人，将全部取消。") {
		t.Errorf("asked: %s", got)
	}
	f.expect(v.Post(f.path+"/cancel", url.Values{"version": {digits(moved.Version)}}), http.StatusUnprocessableEntity)
	f.expect(v.Post(f.path+"/cancel", url.Values{"version": {digits(moved.Version)}, "reason": {"台风"}}), http.StatusSeeOther)
	if b := f.state(r); b.Status != booking.Cancelled {
		t.Errorf("%+v", b)
	}
	if got := page(v.Get(f.path)); !strings.Contains(got, "台风") {
		t.Errorf("afterwards: %s", got)
	}
	f.expect(v.Get(f.path+"/move"), http.StatusConflict)
}

func TestATextIsShownWithItsReachBeforeItGoes(t *testing.T) {
	f := newFair(t)
	f.claim("张示例", "13800010000", 4)
	v := f.as("college.editor")
	send := func(form url.Values) *testkit.Page { return v.Post(f.path+"/message", form) }
	f.expect(send(url.Values{"to": {"confirmed"}, "text": {""}}), http.StatusUnprocessableEntity)
	f.expect(send(url.Values{"to": {"confirmed"}, "text": {strings.Repeat("字", 201)}}), http.StatusUnprocessableEntity)
	f.expect(send(url.Values{"to": {"x"}, "text": {"好"}}), http.StatusUnprocessableEntity)
	f.expect(send(url.Values{"to": {"waitlisted"}, "text": {"好"}}), http.StatusConflict) // nobody
	const words = "请带<b>身份证</b>"
	p := f.expect(send(url.Values{"to": {"confirmed"}, "text": {words}}), http.StatusOK)
	if got := page(p); !strings.Contains(got, "1 个预约，共 4 人") || !strings.Contains(p.Body, "请带&lt;b&gt;身份证&lt;/b&gt;") {
		t.Errorf("preview: %s", got)
	}
	f.expect(send(url.Values{"to": {"confirmed"}, "text": {words}, "op": {"send"}, "parties": {"2"}}), http.StatusConflict)
	f.expect(send(url.Values{"to": {"confirmed"}, "text": {words}, "op": {"send"}, "parties": {"1"}}), http.StatusSeeOther)
	list, err := f.Bookings.Notices(t.Context(), f.session)
	if err != nil || len(list) != 1 || list[0].Text != words {
		t.Errorf("%+v, %v", list, err)
	}
}

// What people type runs nowhere in a workbook.
func TestAnExportHoldsEveryBookingAndNoFormula(t *testing.T) {
	f := newFair(t)
	evil := []string{"=1+1", "+SUM(A1)", "-cmd|'/c'", "@SUM(A1)"}
	for i, name := range evil {
		f.claim(name, "1380001"+digits(int64(i))+"000", 1)
	}
	v := f.as("college.head")
	if got := page(f.expect(v.Get(f.path+"/export"), http.StatusOK)); !strings.Contains(got, "4 条预约") {
		t.Errorf("asked: %s", got)
	}
	p := f.expect(v.Post(f.path+"/export", url.Values{}), http.StatusOK)
	book, err := excelize.OpenReader(strings.NewReader(p.Body))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() }) //nolint:errcheck // only read
	name := book.GetSheetList()[0]
	rows, err := book.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for y, row := range rows {
		for x := range row {
			at, err := excelize.CoordinatesToCellName(x+1, y+1)
			if err != nil {
				t.Fatal(err)
			}
			if formula, err := book.GetCellFormula(name, at); formula != "" || err != nil {
				t.Errorf("%s is a formula: %s, %v", at, formula, err)
			}
		}
		if y >= 2 {
			names = append(names, row[3])
		}
	}
	if want := []string{"'" + evil[0], "'" + evil[1], "'" + evil[2], "'" + evil[3]}; !slices.Equal(names, want) {
		t.Errorf("names %q", names)
	}
}

func TestARuleIsWrittenWithItsQuestions(t *testing.T) {
	f := newFair(t)
	v := f.as("college.editor")
	path := "/desk/booking-rules/" + f.act.ID
	f.expect(v.Get(path), http.StatusOK)
	form := url.Values{
		"version": {"0"}, "per_day": {"2"}, "auto_max": {"30"}, "adults_per": {"10"}, "visits_max": {"1"}, "offer_minutes": {"60"}, "skip_limit": {"2"},
		"questions.1.label": {"想体验的项目"}, "questions.1.label_en": {"What to try"}, "questions.1.type": {"choice"}, "questions.1.choices": {"车床 | Lathe\r\n焊接"}, "questions.1.required": {"1"},
		"questions.3.label": {"几岁"}, "questions.3.type": {"number"},
	}
	for field, value := range map[string]string{"per_day": "-1", "offer_minutes": "1", "skip_limit": "9999", "questions.1.choices": "一项", "questions.3.type": "x", "questions.3.label": strings.Repeat("字", 61)} {
		bad := url.Values{}
		for k, list := range form {
			bad[k] = list
		}
		bad[field] = []string{value}
		if p := v.Post(path, bad); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s %s is answered with %d", field, value, p.Status)
		} else if !slices.Contains(p.Links(), "#f-"+field) {
			t.Errorf("%s: the summary does not lead to the field: %q", field, p.Links())
		}
	}
	f.expect(v.Post(path, form), http.StatusSeeOther)
	rule, err := f.Bookings.PublicRule(t.Context(), f.act.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := []booking.Question{
		{Key: "q1", Type: booking.AskChoice, Label: "想体验的项目", LabelEN: "What to try", Required: true, Choices: []booking.Choice{{Label: "车床", LabelEN: "Lathe"}, {Label: "焊接"}}},
		{Key: "q2", Type: booking.AskNumber, Label: "几岁"},
	}
	if rule.PerDay != 2 || rule.AutoMax != 30 || rule.AdultsPer != 10 || rule.VisitsMax != 1 || rule.OfferMinutes != 60 || rule.SkipLimit != 2 ||
		!slices.EqualFunc(rule.Questions, want, func(a, b booking.Question) bool {
			return a.Key == b.Key && a.Type == b.Type && a.Label == b.Label && a.LabelEN == b.LabelEN && a.Required == b.Required && slices.Equal(a.Choices, b.Choices)
		}) {
		t.Errorf("%+v", rule)
	}
	f.expect(v.Post(path, form), http.StatusConflict) // it stands at another version now
}
