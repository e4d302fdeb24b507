package e2e

import (
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/door"
	"openweek/internal/id"
	"openweek/internal/paper"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
)

// cable is a network between a telephone and the server that can be pulled out.
type cable struct {
	URL   string
	to    string
	mu    sync.Mutex
	cut   bool
	lines map[net.Conn]bool
}

func newCable(t *testing.T, serverURL string) *cable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is closed with the test
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	c := &cable{URL: "http://" + l.Addr().String(), to: strings.TrimPrefix(serverURL, "http://"), lines: map[net.Conn]bool{}}
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			go c.carry(from)
		}
	}()
	t.Cleanup(c.pull)
	return c
}

func (c *cable) carry(from net.Conn) {
	defer from.Close()
	to, err := net.Dial("tcp", c.to) //nolint:noctx // it ends with the line
	if err != nil {
		return
	}
	defer to.Close()
	c.mu.Lock()
	if c.cut {
		c.mu.Unlock()
		return
	}
	c.lines[from] = true
	c.mu.Unlock()
	go io.Copy(to, from) //nolint:errcheck // a line that ends is what it is for
	io.Copy(from, to)    //nolint:errcheck // as above
}

// pull takes the network away, also from what is under way.
func (c *cable) pull() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = true
	for line := range c.lines {
		line.Close()
	}
	c.lines = map[net.Conn]bool{}
}

func (c *cable) plug() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = false
}

// scanned is what a second door hands in.
func scanned(code string) door.Event {
	return door.Event{ID: id.New(), Kind: door.CheckIn, Code: code, How: door.Scanned}
}

// entrance is a session that is held now, with tickets and a link.
type entrance struct {
	site    *testkit.Site
	session string
	link    door.Link
	tickets []booking.Receipt
}

func newEntrance(t *testing.T, engine sqldb.Engine, parties ...int64) *entrance {
	t.Helper()
	e := &entrance{site: sampleSite(t, engine)}
	e.session = e.site.Publish(nil, testkit.Run("2026-07-21", 9, 20)).Sessions[0].ID
	for n, party := range parties {
		r, err := e.site.Bookings.Claim(t.Context(), booking.Request{SessionID: e.session, Party: party, Source: booking.FromAPI,
			Contact: booking.Contact{Name: "张示例", Phone: fmt.Sprintf("138%04d0000", n+1)}})
		if err != nil {
			t.Fatal(err)
		}
		e.tickets = append(e.tickets, r)
	}
	e.link = e.open(t, "东门")
	if err := e.site.Audit.Seal(t.Context()); err != nil { // before the clock moves on
		t.Fatal(err)
	}
	e.site.Clock.Set(clock.Day("2026-07-21").Start().Time().Add(9 * time.Hour))
	return e
}

func (e *entrance) open(t *testing.T, label string) door.Link {
	t.Helper()
	l, err := e.site.Doors.Open(t.Context(), e.site.Staff("college.editor"), door.Opening{SessionID: e.session, Label: label})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (e *entrance) counts(t *testing.T) door.Counts {
	t.Helper()
	list, err := e.site.Doors.GetList(t.Context(), e.link.Token)
	if err != nil {
		t.Fatal(err)
	}
	return list.Counts
}

// wait waits until a script says yes.
func (tab *Tab) wait(what, script string) {
	tab.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !eval[bool](tab, script); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			tab.failShot()
			tab.t.Fatalf("%s: %s does not come: %.800s", tab.path(), what, tab.Text())
		}
	}
}

// answers types a code and reads what fills the screen.
func (tab *Tab) answers(code, tone, word string) {
	tab.t.Helper()
	tab.write("#code", code)
	tab.Click(tab.say("签到", "Check in"))
	tab.wait(word, fmt.Sprintf(`!document.getElementById('result').hidden && document.getElementById('result-word').textContent === %q`, word))
	if got := eval[string](tab, `document.getElementById('result').dataset.tone`); got != tone {
		tab.t.Errorf("%s %s is %s, not %s", code, word, got, tone)
	}
}

func (tab *Tab) nextGuest() {
	tab.t.Helper()
	eval[any](tab, `(() => { const r = document.getElementById('result'); if (!r.hidden) document.getElementById('result-next').click(); return null; })()`)
}

func TestADoorWorksOfflineAndReconciles(t *testing.T) {
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) { walkDoor(t, engine, screen{phone, screenOf(engine).lang}) })
}

func walkDoor(t *testing.T, engine sqldb.Engine, s screen) {
	e := newEntrance(t, engine, 2, 1, 3, 1)
	west := e.open(t, "西门")
	cable := newCable(t, e.site.URL)
	tab := openTab(t, cable.URL, s.width, s.lang)
	tab.Go("/door/" + e.link.Token)
	tab.wait("the cache", `document.body.dataset.kept === 'true' && document.body.dataset.ready === 'true'`)
	tab.wait("the list", `document.getElementById('expected').textContent === '7'`)
	tab.check()
	tab.Shot("door-online")

	// With a network: a family of two of whom one has come.
	in, already := tab.say("已签到", "Checked in"), tab.say("重复签到", "Already checked in")
	tab.answers(strings.ToLower(e.tickets[0].Code), "good", in)
	tab.Shot("door-in")
	tab.check()
	tab.Click(tab.say("减少一人", "One person fewer"))
	tab.nextGuest()
	tab.wait("one has come", `document.getElementById('arrived').textContent === '1' && document.getElementById('net').dataset.state === 'on'`)
	tab.answers("22222222", "bad", tab.say("没有这个签到码", "No such code"))
	tab.nextGuest()

	// Without one. The page is even opened anew.
	cable.pull()
	tab.Go("/door/" + e.link.Token)
	tab.wait("the page", `document.body.dataset.ready === 'true'`)
	tab.answers(e.tickets[1].Code, "good", in)
	tab.wait("offline", `document.getElementById('net').dataset.state === 'off'`)
	tab.nextGuest()
	tab.answers(e.tickets[2].Code, "good", in)
	tab.Shot("door-offline-in")
	tab.nextGuest()
	tab.answers(e.tickets[2].Code, "bad", already)
	tab.Sees(tab.say("已在本机签到", "on this phone"))
	tab.Shot("door-already")
	tab.check()
	tab.nextGuest()
	tab.answers("33333333", "warn", tab.say("名单里没有", "Not on the list"))
	tab.check()
	tab.nextGuest()
	tab.Click(tab.say("现场来访加一人", "One walk-in more"))
	tab.Click(tab.say("现场来访加一人", "One walk-in more"))
	tab.Click(tab.say("现场来访减一人", "One walk-in fewer"))
	tab.wait("the count", `document.getElementById('arrived').textContent === '6' && document.getElementById('walk-ins').textContent === '1'`)
	tab.Sees(tab.say("6 条待上传", "6 waiting to be sent"))
	tab.Shot("door-offline")
	tab.check()

	// Meanwhile the ticket of three comes to another door.
	if list, err := e.site.Doors.Hand(t.Context(), west.Token, door.Device{ID: id.New(), Helper: "小李"}, []door.Event{scanned(e.tickets[2].Code)}); err != nil || list[0].Result != door.In {
		t.Fatalf("%+v %v", list, err)
	}
	cable.plug()
	tab.wait("everything is sent", `document.getElementById('net').dataset.state === 'on'`)
	tab.Sees(tab.say("已在西门签到 小李", "西门 小李"), tab.say("有 2 条签到需要留意", "Check-ins that need a look: 2"))
	tab.wait("the count", `document.getElementById('arrived').textContent === '6'`)
	tab.Shot("door-reconciled")
	tab.check()
	if c := e.counts(t); c != (door.Counts{Arrived: 6, Tickets: 3, WalkIns: 1, Twice: 1, Expected: 7, Bookings: 4}) {
		t.Errorf("%+v", c)
	}
	// A mistake is taken back.
	tab.answers(e.tickets[3].Code, "good", in)
	tab.Click(tab.say("撤销", "Undo"))
	for deadline := time.Now().Add(20 * time.Second); e.counts(t).Arrived != 6; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%+v", e.counts(t))
		}
	}
}

// The camera shows a ticket: a picture that moves, read by the page's own decoder.
func TestTheCameraReadsATicket(t *testing.T) {
	e := newEntrance(t, sqldb.SQLite, 1)
	q, err := paper.NewQR(e.site.URL + "/c/" + e.tickets[0].Code)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := q.PNG(7)
	if err != nil {
		t.Fatal(err)
	}
	tab := openTab(t, e.site.URL, phone, "zh-Hans")
	tab.Go("/door/" + e.link.Token)
	tab.wait("the list", `document.getElementById('expected').textContent === '1'`)
	eval[any](tab, `(async () => {
		const image = new Image();
		image.src = %s;
		await image.decode();
		const canvas = document.createElement('canvas');
		canvas.width = 1280; canvas.height = 720;
		const context = canvas.getContext('2d');
		let n = 0;
		setInterval(() => {
			context.setTransform(1, 0, 0, 1, 0, 0);
			context.fillStyle = '#8a8378';
			context.fillRect(0, 0, 1280, 720);
			context.translate(640, 360);
			context.rotate(0.2 + 0.02 * Math.sin(n++));
			context.drawImage(image, -image.width / 2, -image.height / 2);
		}, 50);
		navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(20);
		return null;
	})()`, "data:image/png;base64,"+base64.StdEncoding.EncodeToString(picture))
	tab.Click("扫码签到")
	tab.wait("the ticket", `document.getElementById('result-word').textContent === '已签到'`)
	tab.wait("it is counted", `document.getElementById('arrived').textContent === '1' && document.getElementById('result').hidden`)
	tab.Shot("door-camera")
	tab.check()
	tab.Click("关闭摄像头")
	if c := e.counts(t); c.Arrived != 1 || c.Twice != 0 {
		t.Errorf("%+v", c)
	}
}

func TestDoorPagesHold(t *testing.T) {
	t.Parallel()
	e := newEntrance(t, sqldb.SQLite, 2, 3)
	west := e.open(t, "实训楼一楼西侧的玻璃大门")
	for _, l := range []door.Link{e.link, west} {
		if _, err := e.site.Doors.Hand(t.Context(), l.Token, door.Device{ID: id.New(), Helper: "小王"}, []door.Event{scanned(e.tickets[0].Code)}); err != nil {
			t.Fatal(err)
		}
	}
	doors := "/desk/doors/" + e.session
	hold(t, e.site, "door", []deskPage{
		{"desk", "college.editor", doors}, {"desk-counts", "sheng.head", doors}, {"link", "college.editor", doors + "/links/" + west.ID}, {"end", "college.editor", doors + "/links/" + west.ID + "/end"},
		{"paper", "college.editor", doors + "/paper"}, {"page", "", "/door/" + west.Token}, {"shut", "", "/door/" + west.Token[:60]},
	})
}

func TestAPaperListIsEntered(t *testing.T) {
	e := newEntrance(t, sqldb.SQLite, 2, 3)
	tab := openAs(t, e.site, screen{phone, "zh-Hans"}, "college.editor")
	tab.Go("/desk/doors/" + e.session)
	tab.Fill("签到地点", "东门二号")
	tab.Follow("新建签到链接")
	tab.Sees("东门二号", e.site.URL+"/door/")
	tab.Go("/desk/doors/" + e.session + "/paper")
	tab.FillNamed("people."+e.tickets[1].BookingID, "4")
	tab.Follow("保存")
	tab.Sees("人数应在 0 到 3 之间。")
	tab.FillNamed("people."+e.tickets[1].BookingID, "2")
	tab.FillNamed("walk_ins", "5")
	tab.Follow("保存")
	tab.Sees("纸质签到表已保存。")
	if c := e.counts(t); c != (door.Counts{Arrived: 7, Tickets: 1, WalkIns: 5, Expected: 5, Bookings: 2}) {
		t.Errorf("%+v", c)
	}
}
