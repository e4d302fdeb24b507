package e2e

import (
	"strings"
	"testing"

	"openweek/internal/sqldb"
	"openweek/internal/testkit"
)

func TestResidentReadsTheWeekOnAPhone(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, site *testkit.Site, s screen) {
		tab := openTab(t, site.URL, phone, s.lang)
		tab.Go("/")
		tab.Sees(tab.say("推进高质量发展", "Advance high-quality development"), tab.say("第 2 天，共 7 天", "Day 2 of 7"))
		tab.Axe()
		tab.Shot("portal-home-390")

		tab.Follow(tab.say("长沙", "Changsha"))
		tab.Sees(tab.say("技能点亮星城", "Skills light up the city of stars"), tab.say("长沙市教育局", "Changsha Education Bureau"))
		tab.Axe()
		tab.Shot("portal-region-390")

		tab.Follow(tab.say("通知原文", "The notice"))
		tab.Sees("湘教通〔2026〕46号", tab.say("联系人信息未公开", "Contact details in the document are withheld"))
		if text := tab.Text(); strings.Contains(text, "@") {
			t.Errorf("the notice shows contact data that was not released: %s", text)
		}
		tab.Axe()
		tab.Shot("portal-notice-390")

		for _, path := range []string{"/editions", "/help", "/privacy", "/accessibility"} {
			tab.Go(path)
			tab.Axe()
		}
	})
}

func TestResidentReadsInLargeType(t *testing.T) {
	t.Parallel()
	site := sampleSite(t, sqldb.SQLite)
	tab := openTab(t, site.URL, phone, "zh-Hans")
	tab.Go("/")
	before := eval[float64](tab, `parseFloat(getComputedStyle(document.body).fontSize)`)
	tab.Follow("大字版")
	if after := eval[float64](tab, `parseFloat(getComputedStyle(document.body).fontSize)`); after < before*1.2 {
		t.Errorf("large type is %v px against %v px", after, before)
	}
	tab.Axe()
	tab.Shot("portal-home-large-390")
	tab.Go("/notice") // the choice lasts
	tab.Sees("标准版")
}

func TestVisitorOnAPCSeesEveryClauseLeadToTheNotice(t *testing.T) {
	t.Parallel()
	site := sampleSite(t, sqldb.SQLite)
	for _, lang := range []string{"zh-Hans", "en"} {
		tab := openTab(t, site.URL, office, lang)
		tab.Go("/")
		tab.Axe()
		tab.Shot("portal-home-1440")
		missing := eval[[]string](tab, `Promise.all([...document.querySelectorAll('a.ow-clause')].map(async a => {
			const u = new URL(a.href); const d = new DOMParser().parseFromString(await (await fetch(u.pathname)).text(), 'text/html');
			return d.getElementById(decodeURIComponent(u.hash.slice(1))) ? '' : a.href; })).then(all => all.filter(x => x))`)
		if len(missing) > 0 {
			t.Errorf("clause tags that lead nowhere: %v", missing)
		}
		if n := eval[int](tab, `document.querySelectorAll('a.ow-clause').length`); n != 12 {
			t.Errorf("%d clause tags, want 7 topics and 5 methods", n)
		}
		tab.Follow(tab.say("阅读通知全文", "Read the notice in full"))
		tab.Shot("portal-notice-1440")
		tab.Go("/editions")
		tab.Shot("portal-editions-1440")
	}
}

func TestAnEmptyProductSaysWhatToDo(t *testing.T) {
	t.Parallel()
	site := testkit.Start(t, sqldb.SQLite)
	for _, width := range []int64{phone, office} {
		tab := openTab(t, site.URL, width, "zh-Hans")
		tab.Go("/")
		tab.Sees("还没有已发布的活动周")
		tab.Axe()
	}
}
