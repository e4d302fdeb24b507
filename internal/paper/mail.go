package paper

import (
	"context"
	"maps"
	"strconv"
	"strings"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/i18n"
	"openweek/internal/message"
)

// Words gives the words for which the ids in a message's arguments stand, such as "what" and "unit" for
// "duty". duty.Service.Words is one, bound to the store; what is gone gives "".
type Words func(ctx context.Context, args map[string]string) (map[string]string, error)

// Letters writes what leaves the product for package message.
type Letters struct {
	PublicURL string // of the product, such as "https://week.example.cn"; "" writes no links
	Words     Words  // nil for messages that need none
}

var _ message.Renderer = Letters{}

// sentence is the catalogue keys of a message: its subject, whom a mail greets, and its text.
type sentence struct{ subject, to, text string }

// sentences are the messages that have a subject and a text of their own. Any other message is written
// with the one sentence that stands in the inbox.
var sentences = map[string]sentence{
	"duty.chase_before":           {"paper.before_subject", "paper.to_unit", "paper.before_text"},
	"duty.chase_after":            {"paper.after_subject", "paper.to_unit", "paper.after_text"},
	"duty.chase_head":             {"paper.head_subject", "paper.to_head", "paper.head_text"},
	"duty.chase_upper":            {"paper.upper_subject", "", "paper.upper_text"},
	"duty.chase_manual":           {"paper.manual_subject", "paper.to_unit", "paper.manual_text"},
	"duty.told_extension":         {"paper.extension_subject", "paper.to_unit", "paper.extension_text"},
	"duty.told_extension_refused": {"paper.extension_refused_subject", "paper.to_unit", "paper.extension_refused_text"},
	"duty.told_exemption":         {"paper.exemption_subject", "paper.to_unit", "paper.exemption_text"},
	"duty.told_exemption_refused": {"paper.exemption_refused_subject", "paper.to_unit", "paper.exemption_refused_text"},
	"duty.told_nil":               {"paper.nil_subject", "paper.to_unit", "paper.nil_text"},
	"duty.told_nil_refused":       {"paper.nil_refused_subject", "paper.to_unit", "paper.nil_refused_text"},
	"duty.told_lift":              {"paper.lift_subject", "paper.to_unit", "paper.lift_text"},
	"dispatch.told":               {"paper.dispatch_subject", "", "paper.dispatch_text"},
	"filing.told_submitted":       {"paper.submitted_subject", "", "paper.submitted_text"},
	"filing.told_returned":        {"paper.returned_subject", "paper.to_unit", "paper.returned_text"},
	"filing.told_accepted":        {"paper.accepted_subject", "paper.to_unit", "paper.accepted_text"},
	"filing.told_declined":        {"paper.declined_subject", "paper.to_unit", "paper.declined_text"},
}

// known are the names that the sentences use; they are there, if empty, for every message.
var known = []string{"what", "unit", "due", "sender", "words", "title", "number", "count"}

const (
	maxSubject       = 80 // characters; mail programs show about as many
	maxSubjectMatter = 40 // of a name in a subject: an obligation is a whole clause of the notice
)

// Render writes a letter: a mail, or the lines for a robot or an SMS gateway.
func (l Letters) Render(ctx context.Context, letter message.Letter) (written message.Text, err error) {
	defer errs.Wrap(&err, "paper.Render(%s, %d messages)", letter.Channel, len(letter.Messages))
	locale := i18n.Match(letter.Locale, "")
	items := make([]item, len(letter.Messages))
	for i, m := range letter.Messages {
		if items[i], err = l.item(ctx, locale, m); err != nil {
			return message.Text{}, err
		}
	}
	switch {
	case letter.Channel != message.Mail:
		return short(items), nil
	case letter.Digest != "" || len(items) > 1:
		return digest(locale, letter.Digest, items), nil
	}
	return single(locale, items[0]), nil
}

// item is one message in words.
type item struct{ subject, to, text, link string }

func (l Letters) item(ctx context.Context, locale i18n.Locale, m message.Told) (item, error) {
	args := map[string]string{}
	for _, name := range known {
		args[name] = ""
	}
	maps.Copy(args, m.Args)
	if l.Words != nil {
		words, err := l.Words(ctx, m.Args)
		if err != nil {
			return item{}, err
		}
		maps.Copy(args, words)
	}
	args["due"] = i18n.DueDay(locale, clock.Day(args["due"]))
	for _, name := range []string{"what", "title"} {
		if args[name] == "" {
			args[name] = i18n.T(locale, "paper.gone")
		}
	}
	keys, own := sentences[m.Key]
	if !own {
		keys = sentence{subject: m.Key, text: m.Key}
	}
	one := item{text: clean(i18n.T(locale, keys.text, pairs(args)...))}
	if keys.to != "" && args["unit"] != "" {
		one.to = oneLine(i18n.T(locale, keys.to, pairs(args)...))
	}
	args["what"], args["title"] = cut(args["what"], maxSubjectMatter), cut(args["title"], maxSubjectMatter)
	one.subject = cut(oneLine(i18n.T(locale, keys.subject, pairs(args)...)), maxSubject)
	if l.PublicURL != "" && m.Link != "" {
		one.link = strings.TrimRight(l.PublicURL, "/") + m.Link
	}
	return one, nil
}

// pairs gives arguments as i18n.T takes them; "count" is a number, for the plural.
func pairs(args map[string]string) []any {
	var kv []any
	for name, value := range args {
		if n, err := strconv.Atoi(value); name == "count" && err == nil {
			kv = append(kv, name, n)
		} else if name != "count" {
			kv = append(kv, name, value)
		}
	}
	return kv
}

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// single writes a mail of one message.
func single(l i18n.Locale, one item) message.Text {
	body := []string{one.text}
	if one.to != "" {
		body = []string{one.to, one.text}
	}
	if one.link != "" {
		body = append(body, i18n.T(l, "paper.mail_link", "link", one.link))
	}
	return mail(l, one.subject, body)
}

// digest writes the mail of a day.
func digest(l i18n.Locale, day clock.Day, items []item) message.Text {
	body := []string{i18n.T(l, "paper.digest_head", "count", len(items))}
	for i, one := range items {
		entry := strconv.Itoa(i+1) + ". " + one.subject + "\n" + one.text
		if one.link != "" {
			entry += "\n" + one.link
		}
		body = append(body, entry)
	}
	subject := i18n.T(l, "paper.digest_subject", "day", i18n.ShortDay(l, day), "count", len(items))
	if day == "" {
		subject = i18n.T(l, "paper.digest_undated", "count", len(items))
	}
	return mail(l, subject, body)
}

// mail ends a text as all mails of the product do.
func mail(l i18n.Locale, subject string, body []string) message.Text {
	site := i18n.T(l, "paper.site")
	body = append(body, i18n.T(l, "paper.mail_end", "site", site))
	return message.Text{Subject: i18n.T(l, "paper.mail_subject", "site", site, "subject", subject), Body: strings.Join(body, "\n\n") + "\n"}
}

// short writes a line for each message: a robot's room and a telephone show no subject.
func short(items []item) message.Text {
	var lines []string
	for _, one := range items {
		lines = append(lines, strings.TrimSpace(one.subject+" "+one.link))
	}
	return message.Text{Subject: items[0].subject, Body: strings.Join(lines, "\n")}
}
