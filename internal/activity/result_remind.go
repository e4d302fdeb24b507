package activity

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/message"
	"openweek/internal/sqldb"
)

// resultStages are how many days after the day on which a session ended its unit is reminded to report. A later stage
// stands for the earlier ones: what a stopped server has missed is not sent as well.
var resultStages = []int{1, 5}

// resultsForgotten is after how many days nobody is reminded any more.
const resultsForgotten = 30

// officeHour is when a day's reminders go out: offices begin at nine.
const officeHour = 9 * time.Hour

// remindBatch is how many reminders are told in one transaction.
const remindBatch = 100

// RemindResults tells units that sessions are over without a result: one message for an activity and day
// at each stage that is due and was not told yet, whenever it runs and in however many processes. It
// gives how many it told; app lets it run regularly.
func (s *Service) RemindResults(ctx context.Context) (told int, err error) {
	defer errs.Wrap(&err, "activity.RemindResults")
	today := s.deps.Clock.Now().Add(-officeHour).Day()
	ago := func(days int) clock.Instant { return today.AddDays(1 - days).Start() } // a day's sessions are told of together
	for i, stage := range resultStages {
		next := resultsForgotten
		if i+1 < len(resultStages) {
			next = resultStages[i+1]
		}
		for {
			list, err := listDueResults(ctx, s.deps.DB, ago(stage), ago(next), stage, remindBatch)
			if err != nil {
				return told, err
			}
			n, err := s.remindAll(ctx, list, stage)
			if err != nil {
				return told, err
			}
			if told += n; len(list) < remindBatch {
				break
			}
		}
	}
	return told, nil
}

func (s *Service) remindAll(ctx context.Context, list []unreported, stage int) (told int, err error) {
	if len(list) == 0 {
		return 0, nil
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		told = 0
		for _, u := range list {
			on := clock.Day("1970-01-01").AddDays(int(u.day))
			_, fresh, err := s.deps.Messages.TellTx(ctx, tx, actor.TheSystem(), message.Message{
				Dedupe: fmt.Sprintf("result:%s:%d:due:%d", u.activityID, u.day, stage), ToUnit: u.unitID, Key: "results.told_missing",
				Args: map[string]string{"activity": u.activityID, "due": string(on), "count": strconv.Itoa(u.count)},
				Link: "/desk/results?state=missing&activity=" + u.activityID,
			})
			if err != nil {
				return err
			}
			if fresh {
				told++
			}
		}
		return nil
	})
	return told, err
}
