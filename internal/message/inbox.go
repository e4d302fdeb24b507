package message

import (
	"context"
	"strconv"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Box is a part of an inbox.
type Box string

// The boxes.
const (
	BothBoxes Box = ""
	PersonBox Box = "person" // what the person was told
	UnitBox   Box = "unit"   // what the person's unit was told
)

// Filter chooses messages of an inbox.
type Filter struct {
	Box    Box
	Unread bool
	After  string // Page.Next of the page before
	Limit  int    // at most 200; 0 takes 50
}

// Page is a part of a list, newest first. Next continues it and is "" at the end.
type Page[T any] struct {
	Items []T
	Next  string
}

const (
	defaultLimit = 50
	maxLimit     = 200
	maxUnread    = 100 // "99+" is shown from there
)

func limitOf(n int) int {
	if n <= 0 {
		return defaultLimit
	}
	return min(n, maxLimit)
}

// Inbox lists what the actor and the actor's unit were told.
// Errors: message.forbidden; message.page_malformed (Invalid).
func (s *Service) Inbox(ctx context.Context, a actor.Actor, f Filter) (page Page[Told], err error) {
	defer errs.Wrap(&err, "message.Inbox")
	if !a.IsStaff() {
		return page, errs.Forbidden("message.forbidden")
	}
	where := inbox(a, f.Box, s.clock.Now())
	if f.Unread {
		unreadOnly(where)
	}
	if f.After != "" {
		at, messageID, err := parseCursor(f.After)
		if err != nil {
			return page, err
		}
		messagesAfter(where, at, messageID)
	}
	limit := limitOf(f.Limit)
	query, args := where.Apply(findMessages, limit+1)
	list, err := sqldb.List(ctx, s.db, scanTold, query, args...)
	if err != nil {
		return page, err
	}
	if len(list) > limit {
		last := list[limit-1]
		return Page[Told]{Items: list[:limit], Next: strconv.FormatInt(int64(last.Due), 36) + "." + last.ID}, nil
	}
	return Page[Told]{Items: list}, nil
}

func parseCursor(s string) (at clock.Instant, messageID string, err error) {
	micros, messageID, ok := strings.Cut(s, ".")
	n, perr := strconv.ParseInt(micros, 36, 64)
	if !ok || perr != nil || !id.Valid(messageID) {
		return 0, "", errs.Invalid("message.page_malformed")
	}
	return clock.Instant(n), messageID, nil
}

// Unread counts the actor's unread messages, up to 100. It is 0 for who has no inbox.
func (s *Service) Unread(ctx context.Context, a actor.Actor) (n int, err error) {
	defer errs.Wrap(&err, "message.Unread")
	if !a.IsStaff() {
		return 0, nil
	}
	query, args := inbox(a, BothBoxes, s.clock.Now()).Apply(countUnread, maxUnread)
	err = s.db.QueryRow(ctx, query, args...).Scan(&n)
	return n, err
}

// MarkRead notes that the actor has read messages of the inbox, and what it changed. The first to
// read what a unit was told is kept. Errors: message.forbidden, message.not_found.
func (s *Service) MarkRead(ctx context.Context, a actor.Actor, messageIDs ...string) (changed int, err error) {
	defer errs.Wrap(&err, "message.MarkRead")
	if len(messageIDs) == 0 {
		return 0, nil
	}
	if len(messageIDs) > maxLimit {
		return 0, errs.NotFound("message.not_found") // no page shows as many
	}
	unique := map[string]bool{}
	for _, messageID := range messageIDs {
		if !id.Valid(messageID) {
			return 0, errs.NotFound("message.not_found")
		}
		unique[messageID] = true
	}
	return s.markRead(ctx, a, messageIDs, len(unique))
}

// MarkAllRead notes that the actor has read the whole inbox. Errors: message.forbidden.
func (s *Service) MarkAllRead(ctx context.Context, a actor.Actor) (changed int, err error) {
	defer errs.Wrap(&err, "message.MarkAllRead")
	return s.markRead(ctx, a, nil, 0)
}

// markRead marks the messages with ids, of which want must be the actor's; nil marks all.
func (s *Service) markRead(ctx context.Context, a actor.Actor, ids []string, want int) (changed int, err error) {
	if !a.IsStaff() || a.PersonID == "" {
		return 0, errs.Forbidden("message.forbidden")
	}
	err = s.db.Write(ctx, func(tx *sqldb.Tx) error {
		now := s.clock.Now()
		if ids != nil {
			var mine int
			query, args := marked(a, now, ids).Apply(countMine)
			if err := tx.QueryRow(ctx, query, args...).Scan(&mine); err != nil {
				return err
			}
			if mine != want {
				return errs.NotFound("message.not_found")
			}
		}
		query, args := marked(a, now, ids).Apply(markRead, now, a.PersonID)
		n, err := tx.Exec(ctx, query, args...)
		changed = int(n)
		if err != nil || n == 0 {
			return err
		}
		return s.log.RecordTx(ctx, tx, a, audit.Entry{Action: "message.read", Subject: "message", Count: changed})
	})
	return changed, err
}

// DeliveryFilter chooses letters.
type DeliveryFilter struct {
	States []State // none: all
	After  string  // Page.Next of the page before
	Limit  int     // at most 200; 0 takes 50
}

// FindDeliveries lists letters with something that the actor's unit told, newest first; a system
// administrator sees all. Errors: message.forbidden; message.page_malformed (Invalid).
func (s *Service) FindDeliveries(ctx context.Context, a actor.Actor, f DeliveryFilter) (page Page[Delivery], err error) {
	defer errs.Wrap(&err, "message.FindDeliveries")
	where, may := scope(a)
	if !may {
		return page, errs.Forbidden("message.forbidden")
	}
	if len(f.States) > 0 {
		ofState(where, f.States)
	}
	if f.After != "" {
		if !id.Valid(f.After) {
			return page, errs.Invalid("message.page_malformed")
		}
		deliveriesAfter(where, f.After)
	}
	limit := limitOf(f.Limit)
	query, args := where.Apply(findDeliveries, limit+1)
	list, err := sqldb.List(ctx, s.db, scanDelivery, query, args...)
	if err != nil {
		return page, err
	}
	if len(list) > limit {
		return Page[Delivery]{Items: list[:limit], Next: list[limit-1].ID}, nil
	}
	return Page[Delivery]{Items: list}, nil
}

// Evidence gives the letters of messages, by message, whoever asks: the caller has checked that the
// actor may see what the messages are about.
func (s *Service) Evidence(ctx context.Context, q sqldb.Querier, messageIDs []string) (byMessage map[string][]Delivery, err error) {
	defer errs.Wrap(&err, "message.Evidence")
	byMessage = make(map[string][]Delivery, len(messageIDs))
	for begin := 0; begin < len(messageIDs); begin += maxLimit {
		part := messageIDs[begin:min(begin+maxLimit, len(messageIDs))]
		query, args := ofMessages(part).Apply(deliveriesOfMessages)
		list, err := sqldb.List(ctx, q, scanEvidence, query, args...)
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			byMessage[e.messageID] = append(byMessage[e.messageID], e.Delivery)
		}
	}
	return byMessage, nil
}
