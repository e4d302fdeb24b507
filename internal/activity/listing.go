package activity

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/change"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/search"
	"openweek/internal/sqldb"
)

// listTx makes anew the rows by which the public finds an activity. It holds the edition's change topic
// until the transaction ends.
func (s *Service) listTx(ctx context.Context, tx *sqldb.Tx, activityID string) error {
	return relistTx(ctx, tx, []string{activityID})
}

// relistTx is listTx for several activities.
func relistTx(ctx context.Context, tx *sqldb.Tx, ids []string) error {
	list, err := listListable(ctx, tx, ids)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(l listable) bool { return l.state == Unpublished })
	revs := map[string]int64{}
	for i, l := range list {
		if revs[l.editionID] == 0 {
			// Touched here even where the caller does, too: the rev is the version after the touch.
			if err := change.Touch(ctx, tx, TopicOf(l.editionID)); err != nil {
				return err
			}
			if revs[l.editionID], err = change.Version(ctx, tx, TopicOf(l.editionID)); err != nil {
				return err
			}
		}
		list[i].rev = revs[l.editionID]
		list[i].held = heldOn(l.times)
		list[i].shown = l.state == Published && len(list[i].held) > 0
	}
	if err := writeListingsTx(ctx, tx, list); err != nil {
		return err
	}
	docs := make([]search.Document, len(list))
	for i, l := range list {
		docs[i] = l.document()
		if !l.shown {
			continue
		}
		for _, day := range l.held {
			key, err := placeTx(ctx, tx, listKey(day.from, l.activityID), l.activityID, day.on)
			if err != nil {
				return err
			}
			docs[i].Keys = append(docs[i].Keys, key)
		}
	}
	return search.PutTx(ctx, tx, docs...)
}

// placeTx gives an activity its place on a day. Two that begin in the same minute want the same key in
// some hundred million cases; then the next is taken.
func placeTx(ctx context.Context, tx *sqldb.Tx, key int64, activityID string, on clock.Day) (int64, error) {
	for ; ; key++ {
		if n, err := tx.Exec(ctx, insertDay, key, activityID, string(on)); err != nil || n == 1 {
			return key, err
		}
	}
}

// document is what an activity is searched by. Names are what people remember by their sound.
func (l listable) document() search.Document {
	d := search.Document{ID: l.activityID, Names: []string{l.title, l.unitName, l.guestName, l.venue}}
	d.Texts = append(d.Texts, l.summary, l.address, l.methodName, l.regionName, l.aroundName)
	d.Texts = append(d.Texts, l.topicNames...)
	d.Texts = append(d.Texts, l.titleEN, l.summaryEN, form.Plain(form.Text(l.description)))
	return d
}

// heldDay is a local day on which something is held, and when it begins on it.
type heldDay struct {
	on   clock.Day
	from clock.Instant
}

// A list shows an activity on at most maxDays days; one that is open for longer stands on the first.
const maxDays = 60

// heldOn gives the days on which sessions are held: all that one covers, if it lasts over midnight.
func heldOn(times [][2]clock.Instant) (days []heldDay) {
	first := map[clock.Day]clock.Instant{}
	for _, t := range times {
		from := t[0]
		for day := from.Day(); ; day = day.AddDays(1) {
			if known, ok := first[day]; !ok || from < known {
				first[day] = from
			}
			if from = day.End(); from >= t[1] || len(first) > maxDays {
				break
			}
		}
	}
	for day, from := range first {
		days = append(days, heldDay{day, from})
	}
	slices.SortFunc(days, func(a, b heldDay) int { return int(min(max(a.from-b.from, -1), 1)) })
	return days[:min(len(days), maxDays)]
}

const (
	tailBits = 36
	// keyZero is the minute with number 0: 2000-01-01 in UTC.
	keyZero = 946684800 / 60
)

// listKey is a place in the order of lists: by the minute, and within it by chance, but always the same.
// Minutes take 27 bits, which last until 2255.
func listKey(from clock.Instant, activityID string) int64 {
	minute := min(max(int64(from)/60_000_000-keyZero, 0), 1<<27-1)
	sum := sha256.Sum256([]byte(activityID))
	tail := int64(binary.BigEndian.Uint64(sum[:]) >> (64 - tailBits))
	return minute<<tailBits | max(tail, 1)
}

// relistBatch is how many activities Relist writes in one transaction.
const relistBatch = 200

// Relist makes anew everything by which the public finds activities: after a restore or a copy, which do
// not move what package search keeps. Whoever looks meanwhile finds what has been done so far.
//
// Errors: activity.forbidden for anybody but the product itself.
func (s *Service) Relist(ctx context.Context, a actor.Actor) (listed int, err error) {
	defer errs.Wrap(&err, "activity.Relist")
	if a.Class != actor.System {
		return 0, errForbidden()
	}
	editions, err := texts(ctx, s.deps.DB, findEditions)
	if err != nil {
		return 0, err
	}
	if err := s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error { return hideAllTx(ctx, tx, editions) }); err != nil {
		return 0, err
	}
	for _, editionID := range editions {
		for after := ""; ; {
			ids, err := texts(ctx, s.deps.DB, findShown, editionID, after, relistBatch)
			if err != nil {
				return listed, err
			}
			if len(ids) == 0 {
				break
			}
			if err := s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error { return relistTx(ctx, tx, ids) }); err != nil {
				return listed, err
			}
			listed += len(ids)
			after = ids[len(ids)-1]
		}
	}
	return listed, nil
}

func hideAllTx(ctx context.Context, tx *sqldb.Tx, editions []string) error {
	if err := search.ClearTx(ctx, tx); err != nil {
		return err
	}
	for _, editionID := range editions {
		if err := change.Touch(ctx, tx, TopicOf(editionID)); err != nil {
			return err
		}
		rev, err := change.Version(ctx, tx, TopicOf(editionID))
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, deleteDaysOfEdition, editionID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, hideListings, editionID, rev); err != nil {
			return err
		}
	}
	return nil
}
