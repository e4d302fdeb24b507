package paper

import (
	"strconv"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/i18n"
)

// ReceiptList is who has a notice (签收单), for printing and for signing on paper.
type ReceiptList struct {
	Locale  i18n.Locale
	Number  string // of the notice
	Notice  string // its title
	Sender  string
	Rows    []Receipt
	Printed Printed
}

// Receipt is one unit's row.
type Receipt struct {
	Region   string // name
	Line     actor.Line
	Unit     string
	Sent     clock.Instant
	Opened   clock.Instant // 0 for not yet
	Signed   clock.Instant // 0 for not yet
	SignedBy string        // name
	Implicit bool          // signed by filing or passing on
	PassedOn int           // units to which it was passed on
}

// Document makes the list: one row a unit, a column for signing by hand, and the totals.
func (r ReceiptList) Document() Document {
	t := func(key string, kv ...any) string { return i18n.T(r.Locale, key, kv...) }
	var opened, signed, implicit, passed int
	table := Table{
		Columns: []Column{
			{t("paper.row"), 0.6, Center}, {t("paper.region"), 1.3, Start}, {t("paper.line"), 1.3, Start}, {t("paper.receiver"), 2.8, Start},
			{t("paper.sent_at"), 1.4, Start}, {t("paper.opened_at"), 1.4, Start}, {t("paper.signed"), 2, Start},
			{t("paper.passed_on"), 0.9, End}, {t("paper.signature"), 1.6, Start},
		},
		Empty: t("paper.no_receipts"),
	}
	for i, one := range r.Rows {
		var by string
		switch {
		case one.Signed.IsZero():
			by = t("paper.unsigned")
		case one.Implicit:
			implicit++
			by = t("paper.signed_implicitly", "by", one.SignedBy, "at", i18n.Moment(r.Locale, one.Signed))
		default:
			by = t("paper.signed_by", "by", one.SignedBy, "at", i18n.Moment(r.Locale, one.Signed))
		}
		if !one.Opened.IsZero() {
			opened++
		}
		if !one.Signed.IsZero() {
			signed++
		}
		passedOn := ""
		if one.PassedOn > 0 {
			passedOn = strconv.Itoa(one.PassedOn)
			passed++
		}
		table.Rows = append(table.Rows, []string{
			strconv.Itoa(i + 1), one.Region, lineName(r.Locale, one.Line), one.Unit,
			i18n.Moment(r.Locale, one.Sent), i18n.Moment(r.Locale, one.Opened), by, passedOn, "",
		})
	}
	if len(r.Rows) > 0 {
		table.Total = []string{
			"", t("paper.total"), "", t("paper.total_units", "count", len(r.Rows)), "", strconv.Itoa(opened), strconv.Itoa(signed), strconv.Itoa(passed), "",
		}
	}
	var facts Facts
	facts.add(t("paper.notice"), r.Notice)
	facts.add(t("paper.doc_number"), r.Number)
	facts.add(t("paper.sender"), r.Sender)
	facts.add(t("paper.receipts"), t("paper.receipts_sum", "sent", len(r.Rows), "opened", opened, "signed", signed, "implicit", implicit,
		"unsigned", len(r.Rows)-signed, "passed", passed))
	return Document{
		Locale: r.Locale, Title: t("paper.receipt_list"), Facts: facts, Blocks: []Block{table},
		Foot: r.Printed.foot(r.Locale), Landscape: true, Made: r.Printed.At,
	}
}

// lineName is the word for a line; a unit may have none.
func lineName(l i18n.Locale, line actor.Line) string {
	if line == "" {
		return ""
	}
	return i18n.T(l, "line."+string(line)) //i18n:prefix line.
}
