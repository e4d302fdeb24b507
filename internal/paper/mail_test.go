package paper_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"openweek/internal/i18n"
	"openweek/internal/message"
	"openweek/internal/paper"
)

// words are what the ids of a test's messages stand for, by the argument.
func words(w map[string]string) paper.Words {
	return func(context.Context, map[string]string) (map[string]string, error) { return maps.Clone(w), nil }
}

var (
	allWords = map[string]string{"what": "报送活动周工作总结", "unit": "湘潭市教育局", "sender": "湖南省教育厅", "words": "请今天办结。", "title": "关于活动周的通知", "number": "湘教通〔2020〕166号"}
	allArgs  = map[string]string{"duty": "1", "due": "2020-08-31", "count": "3"}
)

// told are messages of every kind that the product tells.
var told = []string{
	"dispatch.told", "duty.chase_before", "duty.chase_after", "duty.chase_head", "duty.chase_upper", "duty.chase_manual",
	"duty.told_extension", "duty.told_extension_refused", "duty.told_exemption", "duty.told_exemption_refused",
	"duty.told_nil", "duty.told_nil_refused", "duty.told_lift",
	"filing.told_submitted", "filing.told_returned", "filing.told_accepted", "filing.told_declined",
}

func render(t testing.TB, l paper.Letters, letter message.Letter) message.Text {
	t.Helper()
	written, err := l.Render(context.Background(), letter)
	if err != nil {
		t.Fatal(err)
	}
	return written
}

func TestEveryMessageHasItsMail(t *testing.T) {
	t.Parallel()
	for _, locale := range i18n.Locales {
		for name, w := range map[string]struct {
			words, args map[string]string
			keys        []string
		}{
			"mails": {allWords, allArgs, told},
			// What is undated, without words, or gone meanwhile.
			"mails_sparse": {map[string]string{"unit": "湘潭市教育局"}, map[string]string{"duty": "1", "due": ""},
				[]string{"dispatch.told", "duty.chase_manual", "duty.told_exemption_refused", "duty.told_nil", "filing.told_returned"}},
		} {
			l := paper.Letters{PublicURL: "https://week.example.cn/", Words: words(w.words)}
			var all strings.Builder
			for _, key := range w.keys {
				m := render(t, l, message.Letter{Channel: message.Mail, Locale: string(locale), Messages: []message.Told{{Key: key, Args: w.args, Link: "/desk/duties/1"}}})
				fmt.Fprintf(&all, "== %s\n%s\n\n%s\n", key, m.Subject, m.Body)
			}
			if strings.Contains(all.String(), "no value") || strings.Contains(all.String(), "⟦") {
				t.Errorf("%s of %s: an argument or a key is missing", name, locale)
			}
			golden(t, name+"."+string(locale), all.String())
		}
	}
}

func TestADigestListsTheDay(t *testing.T) {
	t.Parallel()
	l := paper.Letters{PublicURL: "https://week.example.cn", Words: words(allWords)}
	messages := []message.Told{
		{Key: "duty.chase_before", Args: allArgs, Link: "/desk/duties/1"},
		{Key: "filing.told_submitted", Args: allArgs, Link: "/desk/reviews/2"},
		{Key: "duty.chase_manual", Args: allArgs},
	}
	for _, locale := range i18n.Locales {
		m := render(t, l, message.Letter{Channel: message.Mail, Locale: string(locale), Digest: "2020-08-24", Messages: messages})
		golden(t, "digest."+string(locale), m.Subject+"\n\n"+m.Body)
	}
	one := render(t, l, message.Letter{Channel: message.Mail, Locale: "en", Digest: "2020-08-24", Messages: messages[:1]})
	equal(t, one.Subject, "[Vocational Education Week] 1 matter for 24 Aug")
}

func TestARobotAndAPhoneGetOneLine(t *testing.T) {
	t.Parallel()
	l := paper.Letters{PublicURL: "https://week.example.cn", Words: words(allWords)}
	for _, channel := range []message.Channel{message.Robot, message.SMS} {
		m := render(t, l, message.Letter{Channel: channel, Messages: []message.Told{{Key: "duty.chase_after", Args: allArgs, Link: "/desk/duties/1"}}})
		equal(t, m, message.Text{Subject: "已逾期：报送活动周工作总结", Body: "已逾期：报送活动周工作总结 https://week.example.cn/desk/duties/1"})
	}
}

// A message that this package does not know is written with its sentence in the inbox.
func TestAnUnknownMessageIsWrittenWithItsSentence(t *testing.T) {
	t.Parallel()
	m := render(t, paper.Letters{}, message.Letter{Channel: message.Mail, Messages: []message.Told{{Key: "state.returned", Link: "/desk"}}})
	equal(t, m, message.Text{Subject: "【职业教育活动周】已退回", Body: "已退回\n\n职业教育活动周\n本邮件由系统自动发出，请勿直接回复。\n"})
}

func TestASubjectIsOneShortLine(t *testing.T) {
	t.Parallel()
	w := map[string]string{"what": "总结\r\nBcc: x@example.cn" + strings.Repeat("长", 500), "unit": "甲\n乙"}
	m := render(t, paper.Letters{Words: words(w)}, message.Letter{Channel: message.Mail, Messages: []message.Told{{Key: "filing.told_accepted"}}})
	equal(t, m.Subject, "【职业教育活动周】已受理：总结 Bcc: x@example.cn"+strings.Repeat("长", 18)+"…")
	equal(t, strings.HasPrefix(m.Body, "甲 乙：\n\n"), true)
}

func TestALetterWaitsWhereItsWordsCannotBeRead(t *testing.T) {
	t.Parallel()
	broken := errors.New("the store is away")
	l := paper.Letters{Words: func(context.Context, map[string]string) (map[string]string, error) { return nil, broken }}
	if _, err := l.Render(context.Background(), message.Letter{Channel: message.Mail, Messages: []message.Told{{Key: "duty.chase_after"}}}); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}
