package activity

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/message"
	"openweek/internal/sqldb"
)

// Words gives the words for which the arguments of this package's messages stand, for whoever renders
// them: "activity" gives "title" and "unit", "ask" gives "words", "cell" and "sender". What is gone gives "".
func (s *Service) Words(ctx context.Context, q sqldb.Querier, args map[string]string) (words map[string]string, err error) {
	defer errs.Wrap(&err, "activity.Words")
	words = map[string]string{}
	if args["ask"] != "" {
		return words, askWords(ctx, q, args["ask"], words)
	}
	if args["activity"] == "" {
		return words, nil
	}
	var title, unit string
	err = q.QueryRow(ctx, wordsOf, args["activity"]).Scan(&title, &unit)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	words["title"], words["unit"] = title, unit
	return words, nil
}

// waiting is how long a review may take before its unit is reminded, and again after each such time.
const waiting = 3 * 24 * time.Hour

// Remind tells units that activities have been waiting for their review for three days, and every three
// days again: what is due and was not told yet, whenever it runs. It gives how many it told; app lets
// it run regularly.
func (s *Service) Remind(ctx context.Context) (told int, err error) {
	defer errs.Wrap(&err, "activity.Remind")
	type late struct {
		unit, step string
		opened     clock.Instant
		count      int
	}
	now := s.deps.Clock.Now()
	list, err := sqldb.List(ctx, s.deps.DB, func(row *sql.Rows) (l late, err error) { return l, row.Scan(&l.unit, &l.step, &l.opened, &l.count) }, oldestWaiting, int64(now.Add(-waiting)))
	if err != nil {
		return 0, err
	}
	for _, l := range list {
		age := now.Sub(l.opened)
		var fresh bool
		err := s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
			_, fresh, err = s.deps.Messages.TellTx(ctx, tx, actor.TheSystem(), message.Message{
				Dedupe: fmt.Sprintf("activity:waiting:%s:%d", l.step, age/waiting), ToUnit: l.unit, Key: "activity.told_waiting",
				Args: map[string]string{"count": strconv.Itoa(l.count), "days": strconv.Itoa(int(age / (24 * time.Hour)))}, Link: "/desk/reviews",
			})
			return err
		})
		if err != nil {
			return told, err
		}
		if fresh {
			told++
		}
	}
	return told, nil
}
