package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"openweek/internal/sample"
	"openweek/internal/sqldb"
	"openweek/internal/testkit"
)

// enter gives a name and a password on the sign-in page.
func (tab *Tab) enter(name, password string) {
	tab.t.Helper()
	tab.Fill(tab.say("登录名", "Sign-in name"), name)
	tab.Fill(tab.say("密码", "Password"), password)
	tab.Follow(tab.say("登录", "Sign in"))
}

// begin signs in with an initial password, which serves for nothing but choosing another.
func (tab *Tab) begin(name, initial, password string) {
	tab.t.Helper()
	tab.Go("/desk/sign-in")
	tab.enter(name, initial)
	tab.At("/desk/password")
	tab.Go("/desk/units")
	tab.At("/desk/password")
	tab.check()
	fill := func(old, new, again string) {
		tab.Fill(tab.say("当前密码", "Present password"), old)
		tab.Fill(tab.say("新密码", "New password"), new)
		tab.Fill(tab.say("再次输入新密码", "New password again"), again)
		tab.Follow(tab.say("修改密码", "Change password"))
	}
	fill(initial, "short", "short")
	tab.Sees(tab.say("密码至少需要 10 个字符。", "The password needs at least 10 characters."))
	fill(initial, password, password+"x")
	tab.Sees(tab.say("两次输入的新密码不一致。", "The two new passwords differ."))
	tab.check()
	fill(initial, password, password)
	tab.At("/desk")
	tab.Sees(tab.say("密码已修改。", "Your password is changed."))
}

// Five wrong passwords lock the account; the security administrator lifts the lock.
func TestAccountLockedOutAndUnlocked(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, site *testkit.Site, s screen) {
		const name = "college.editor"
		tab := openTab(t, site.URL, s.width, s.lang)
		tab.Go("/desk/sign-in")
		for range 4 {
			tab.enter(name, "not-the-password")
			tab.Sees(tab.say("登录名或密码不正确。", "The sign-in name or the password is not right."))
		}
		tab.Shot(fmt.Sprintf("sign-in-wrong-%d", s.width))
		tab.check()
		tab.enter(name, "not-the-password")
		tab.Sees(tab.say("登录已锁定，请在 5 分钟后再试。", "Sign-in is locked. Please try again in 5 minutes."))
		tab.Shot(fmt.Sprintf("sign-in-locked-%d", s.width))
		tab.check()
		tab.enter(name, sample.Password) // the right one does not help
		tab.Sees(tab.say("登录已锁定", "Sign-in is locked"))

		security := openAs(t, site, s, "secadmin")
		security.Go("/desk/people?q=" + name)
		security.Follow(name)
		security.Sees(security.say("登录已锁定至", "Locked until"))
		security.Shot(fmt.Sprintf("person-locked-%d", s.width))
		security.check()
		security.Follow(security.say("解除锁定", "Lift the lock-out"))
		security.Sees(security.say("登录锁定已解除。", "The lock-out is lifted."))

		tab.enter(name, sample.Password)
		tab.At("/desk")
	})
}

// Everybody sees where they are signed in and ends all of it.
func TestAccountLoginsAreListedAndEndedEverywhere(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, site *testkit.Site, s screen) {
		open := func() *Tab { return openTab(t, site.URL, s.width, s.lang) }
		here, there, third := open(), open(), open()
		for _, tab := range []*Tab{here, there, third} {
			tab.signIn("college.head")
		}
		here.Go("/desk/me")
		if n := eval[int](here, `document.querySelectorAll('main table tbody tr').length`); n != 3 {
			t.Errorf("%d logins are listed, want 3", n)
		}
		if n := eval[int](here, `[...document.querySelectorAll('main table tbody tr')].filter(r => r.textContent.includes(%s)).length`, here.say("本次登录", "this browser")); n != 1 {
			t.Errorf("%d of them are this one", n)
		}
		// One of the others is ended by itself.
		eval[any](here, `(() => { [...document.querySelectorAll('main table tbody tr')].find(r => !r.textContent.includes(%s)).querySelector('button').setAttribute('aria-label', 'that one'); return null; })()`, here.say("本次登录", "this browser"))
		here.Follow("that one")
		here.Sees(here.say("已退出该登录。", "That browser is signed out."))

		here.Click(here.say("退出所有登录", "Sign out everywhere")) // asked in a dialog
		here.Sees(here.say("您在所有浏览器上的登录都会立即结束", "You will be signed out at once in every browser"))
		here.Shot(fmt.Sprintf("everywhere-dialog-%d", s.width))
		here.check()
		eval[any](here, `(() => { document.querySelector('dialog[open] form button[type=submit]').setAttribute('aria-label', 'do it'); return null; })()`)
		here.Follow("do it")
		here.At("/desk/sign-in")
		here.Sees(here.say("您已退出登录。", "You are signed out."))
		for _, tab := range []*Tab{there, third} {
			tab.Go("/desk/units")
			tab.At("/desk/sign-in")
		}
	})
}

// A login that ends in the middle of a form leads to signing in and back to the form.
func TestAccountExpiredInAFormComesBackToIt(t *testing.T) {
	t.Parallel()
	for width, lang := range map[int64]string{phone: "zh-Hans", office: "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			site := sampleSite(t, sqldb.SQLite)
			tab := openAs(t, site, screen{width, lang}, "college.head")
			tab.Go("/desk/units")
			tab.Follow(tab.say("长沙民政职业技术学院", "Changsha"))
			tab.Follow(tab.say("修改联系方式", "Change contact details"))
			form := tab.path()
			tab.Fill(tab.say("地址", "Address"), "长沙市示例路 9 号")
			site.Clock.Advance(31 * time.Minute)
			tab.Follow(tab.say("保存", "Save"))
			// What was typed cannot come along to another page, so the browser's way back to it stays open.
			tab.Sees(tab.say("登录已失效，请重新登录。", "You are no longer signed in. Please sign in again."))
			tab.Shot(fmt.Sprintf("expired-%d", width))
			tab.check()
			tab.Follow(tab.say("去登录", "Sign in"))
			tab.At("/desk/sign-in?next=")
			tab.enter("college.head", sample.Password)
			tab.At(form)
			tab.Fill(tab.say("地址", "Address"), "长沙市示例路 9 号")
			tab.Follow(tab.say("保存", "Save"))
			tab.Sees(tab.say("单位信息已保存。", "The unit is saved."), "长沙市示例路 9 号")
		})
	}
}

// Large type and the other language keep the page, and last.
func TestAccountLargeTypeAndLanguageKeepThePage(t *testing.T) {
	t.Parallel()
	site := sampleSite(t, sqldb.SQLite)
	for _, width := range []int64{phone, office} {
		tab := openAs(t, site, screen{width, "zh-Hans"}, "sheng.head")
		page := "/desk/units?kind=higher_vocational&region=430100"
		tab.Go(page)
		same := func() {
			t.Helper()
			if got := eval[string](tab, `(() => { const u = new URL(location.href); u.searchParams.delete('reading'); u.searchParams.delete('lang'); u.searchParams.sort(); return u.pathname + u.search; })()`); got != page {
				t.Errorf("at %s instead of %s", got, page)
			}
		}
		size := func() float64 { return eval[float64](tab, `parseFloat(getComputedStyle(document.body).fontSize)`) }
		before := size()
		tab.Follow("大字版")
		same()
		if after := size(); after < before*1.2 {
			t.Errorf("large type is %v px against %v px", after, before)
		}
		tab.Shot(fmt.Sprintf("units-large-%d", width))
		tab.check()
		tab.Follow("English")
		same()
		tab.Sees("Units", "Normal type")
		tab.Go("/desk/me") // both choices last
		tab.Sees("My account", "Normal type")
		tab.Steady()
	}
}

// Without a mouse: sign in and open a unit.
func TestAccountSignsInAndOpensAUnitByKeyboard(t *testing.T) {
	t.Parallel()
	site := sampleSite(t, sqldb.SQLite)
	for _, width := range []int64{phone, office} {
		tab := openTab(t, site.URL, width, "zh-Hans")
		tab.Go("/desk/sign-in")
		tab.tabTo("登录名")
		tab.Press("sheng.head")
		tab.tabTo("密码")
		tab.Press(sample.Password)
		tab.Press(kb.Enter)
		tab.Sees("工作台")
		tab.Press(kb.Tab)
		if got := tab.focused(); got != "跳到正文" {
			t.Errorf("the first stop is %q, want the link past the navigation", got)
		}
		if width == phone {
			tab.tabTo("菜单")
			tab.Press(kb.Enter)
		}
		tab.tabTo("单位")
		tab.Press(kb.Enter)
		tab.Sees("名称、拼音或代码")
		tab.tabTo("名称、拼音或代码")
		tab.Press("changshashijiaoyuju")
		tab.Press(kb.Enter)
		tab.Sees("长沙市教育局")
		tab.tabTo("长沙市教育局")
		if !eval[bool](tab, `(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 })()`) {
			t.Error("the focus is not to be seen")
		}
		tab.Press(kb.Enter)
		tab.Sees("单位信息", "长沙市教育局")
	}
}

// focused is the name of what has the focus.
func (tab *Tab) focused() string {
	tab.t.Helper()
	return eval[string](tab, `(() => { const e = document.activeElement; if (!e || e === document.body) return '';
		const l = e.labels && e.labels[0] && e.labels[0].cloneNode(true); if (l) l.querySelectorAll('.ow-required,.ow-sr').forEach(x => x.remove());
		return ((l && l.textContent) || e.getAttribute('aria-label') || e.textContent || '').replace(/\s+/g, ' ').trim(); })()`)
}

// tabTo presses the tab key until what is named so has the focus.
func (tab *Tab) tabTo(name string) {
	tab.t.Helper()
	var stops []string
	for range 80 {
		tab.Press(kb.Tab)
		got := tab.focused()
		if got == name {
			return
		}
		stops = append(stops, got)
	}
	tab.failShot()
	tab.t.Fatalf("%s: the tab key never comes to %q: %q", tab.path(), name, stops)
}
