package desk

import (
	"context"
	"maps"
	"net/http"

	"openweek/internal/clock"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/message"
	"openweek/internal/web/ui"
)

// inboxPage is what the reader and the reader's unit were told.
type inboxPage struct {
	Lines  []inboxLine
	Tabs   []ui.Tab
	Pages  ui.Pages
	Unread int
	Only   bool // unread ones only
}

type inboxLine struct {
	message.Told
	Text string
	From string // the unit that told it, or on whose behalf the product did; "" for the product alone
}

// GetInbox lists messages, the newest first.
func (d *Desk) GetInbox(w http.ResponseWriter, r *httpx.Request) error {
	ctx, in := r.Context(), r.Input()
	show := in.Choice("show", "unread")
	if err := in.Err(); err != nil {
		return err
	}
	v := d.view(r, r.T("nav.inbox"))
	page := inboxPage{Only: show != ""}
	found, err := d.Messages.Inbox(ctx, r.Actor, message.Filter{Unread: page.Only, After: in.Raw("after")})
	if err != nil {
		return err
	}
	if page.Unread, err = d.Messages.Unread(ctx, r.Actor); err != nil {
		return err
	}
	senders := map[string]string{"": ""}
	for _, m := range found.Items {
		from, known := senders[m.FromUnit]
		if !known {
			words, err := d.MessageWords(ctx, map[string]string{"from": m.FromUnit})
			if err != nil {
				return err
			}
			from = words["sender"]
			senders[m.FromUnit] = from
		}
		text, err := d.messageText(ctx, v.Locale, m)
		if err != nil {
			return err
		}
		page.Lines = append(page.Lines, inboxLine{m, text, from})
	}
	page.Tabs = []ui.Tab{
		{Href: v.With("show", "", "after", "", "trail", ""), Text: v.T("duties.inbox_all"), Count: -1, Current: !page.Only},
		{Href: v.With("show", "unread", "after", "", "trail", ""), Text: v.T("duties.inbox_unread"), Count: page.Unread, Current: page.Only},
	}
	page.Pages = ui.PagesOf(v, in, found.Next, v.T("duties.inbox_shown", "count", len(page.Lines)))
	return ui.Render(w, r, http.StatusOK, inboxListPage(v, page))
}

// messageText is the sentence of a message in the reader's language, with names for its ids.
func (d *Desk) messageText(ctx context.Context, l i18n.Locale, m message.Told) (string, error) {
	args := maps.Clone(m.Args)
	words, err := d.MessageWords(ctx, m.Args)
	if err != nil {
		return "", err
	}
	maps.Copy(args, words)
	kv := make([]any, 0, 2*len(args))
	for name, value := range args {
		if day, err := clock.ParseDay(value); err == nil && name == "due" {
			value = i18n.Day(l, day)
		}
		kv = append(kv, name, value)
	}
	return i18n.T(l, m.Key, kv...), nil
}

// GetMessage notes that a message was read, and leads to what it is about.
func (d *Desk) GetMessage(w http.ResponseWriter, r *httpx.Request) error {
	if _, err := d.Messages.MarkRead(r.Context(), r.Actor, r.PathID("id")); err != nil {
		return err
	}
	return httpx.Redirect(w, r, r.Input().Raw("to"), inboxPath)
}

// PostReadAll notes that the whole inbox was read.
func (d *Desk) PostReadAll(w http.ResponseWriter, r *httpx.Request) error {
	if _, err := d.Messages.MarkAllRead(r.Context(), r.Actor); err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "duties.inbox_read")
	return httpx.Redirect(w, r, inboxPath, inboxPath)
}
