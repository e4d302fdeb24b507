// Package i18n holds the catalogues: zh-Hans is the source language, en complete beside it.
//
// There is one pair of files per area (the part of a key before its first dot):
// locales/login.zh-Hans.toml and locales/login.en.toml with flat quoted keys. A test holds that
// both have the same keys with the same arguments, that every key in the code exists, and that
// none is left over.
package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"openweek/internal/clock"
	"openweek/internal/errs"
)

//go:embed locales/*.toml
var locales embed.FS

// Locale is a language of the interface, a BCP 47 tag as in <html lang>.
type Locale string

// The languages.
const (
	Chinese Locale = "zh-Hans"
	English Locale = "en"
)

// Locales lists the languages, the source first.
var Locales = []Locale{Chinese, English}

var localizers = load()

func load() map[Locale]*i18n.Localizer {
	bundle := i18n.NewBundle(language.MustParse(string(Chinese)))
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	names, err := fs.Glob(locales, "locales/*.toml")
	if err != nil {
		panic(err) // impossible: the pattern is constant
	}
	for _, name := range names {
		if _, err := bundle.LoadMessageFileFS(locales, name); err != nil {
			panic(fmt.Errorf("i18n: %s: %w", name, err)) // caught by the first test and the first start
		}
	}
	out := map[Locale]*i18n.Localizer{}
	for _, l := range Locales {
		out[l] = i18n.NewLocalizer(bundle, string(l))
	}
	return out
}

// T gives the sentence for a key; kv are pairs of argument name and value. An argument named
// "count" also chooses the plural form. A missing key shows itself, so that it is seen and mended.
func T(l Locale, key string, kv ...any) string {
	args := make(map[string]any, len(kv)/2)
	for i := 0; i+1 < len(kv); i += 2 {
		args[fmt.Sprint(kv[i])] = kv[i+1]
	}
	return text(l, key, args)
}

func text(l Locale, key string, args map[string]any) string {
	localizer, ok := localizers[l]
	if !ok {
		localizer = localizers[Chinese]
	}
	s, err := localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: args, PluralCount: args["count"]})
	if err != nil && s == "" {
		return "⟦" + key + "⟧"
	}
	return s
}

// Error gives the sentence that a user reads about err; the cause stays in the log.
func Error(l Locale, err error) string {
	e := errs.As(err)
	return text(l, e.Key, e.Args)
}

// Match chooses the language from an explicit choice (cookie or query; may be "") and the
// Accept-Language header. Anything unknown is Chinese.
func Match(chosen, acceptLanguage string) Locale {
	for _, l := range Locales {
		if strings.EqualFold(chosen, string(l)) {
			return l
		}
	}
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return Chinese
	}
	for _, tag := range tags {
		switch base, _ := tag.Base(); base.String() {
		case "zh":
			return Chinese
		case "en":
			return English
		}
	}
	return Chinese
}

// Pick chooses between a label of data and its optional English name. lang is the language of the
// text where it differs from the page's (for a lang attribute), else "".
func Pick(l Locale, name, nameEN string) (text, lang string) {
	if l == Chinese {
		return name, ""
	}
	if nameEN == "" {
		return name, string(Chinese)
	}
	return nameEN, ""
}

// Day writes a day as 2020年7月20日（星期一） or Monday, 20 July 2020; "" for no day.
func Day(l Locale, d clock.Day) string {
	if d == "" {
		return ""
	}
	t := d.Time()
	if l == English {
		return t.Format("Monday, 2 January 2006")
	}
	return t.Format("2006年1月2日") + "（星期" + []string{"日", "一", "二", "三", "四", "五", "六"}[t.Weekday()] + "）"
}

// ShortDay writes 7月20日 or 20 Jul.
func ShortDay(l Locale, d clock.Day) string {
	if d == "" {
		return ""
	}
	if l == English {
		return d.Time().Format("2 Jan")
	}
	return d.Time().Format("1月2日")
}

// DueDay writes a last day as 2020年8月31日（含） or “31 August 2020 (inclusive)”.
func DueDay(l Locale, d clock.Day) string {
	if d == "" {
		return ""
	}
	if l == English {
		return d.Time().Format("2 January 2006") + " (inclusive)"
	}
	return d.Time().Format("2006年1月2日") + "（含）"
}

// Moment writes a moment in Shanghai's time, to the minute.
func Moment(l Locale, i clock.Instant) string {
	if i.IsZero() {
		return ""
	}
	if l == English {
		return i.Time().Format("2 Jan 2006, 15:04")
	}
	return i.Time().Format("2006年1月2日 15:04")
}

// Elapsed writes a duration in whole minutes, hours or days.
func Elapsed(l Locale, d time.Duration) string {
	switch {
	case d < time.Hour:
		return T(l, "time.minutes", "count", int(d/time.Minute))
	case d < 48*time.Hour:
		return T(l, "time.hours", "count", int(d/time.Hour))
	default:
		return T(l, "time.days", "count", int(d/(24*time.Hour)))
	}
}
