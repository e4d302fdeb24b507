package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Options set a runner's pace. The zero value is right for a server.
type Options struct {
	// Workers is how many jobs run at a time in this process; 0 takes 8.
	Workers int
	// Poll is how often the runner looks for due jobs; 0 takes half a second.
	Poll time.Duration
	// Timeout ends the context of a job that takes longer; 0 takes five minutes. A job whose process
	// died is run again a minute after its time.
	Timeout time.Duration
	// Log hears of failed jobs; nil is silent.
	Log *slog.Logger
}

// Runner runs the jobs of the kinds that are registered with Handle. A process may have one without
// any: jobs of unknown kinds are left to other processes, which a rolling upgrade needs.
type Runner struct {
	db       *sqldb.DB
	options  Options
	workers  *river.Workers
	periodic []*river.PeriodicJob
	client   *river.Client[*sql.Tx]
	kinds    int
}

// New makes a runner. Register handlers before Start.
func New(db *sqldb.DB, o Options) *Runner {
	if o.Workers == 0 {
		o.Workers = 8
	}
	if o.Poll == 0 {
		o.Poll = 500 * time.Millisecond
	}
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Minute
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Runner{db: db, options: o, workers: river.NewWorkers()}
}

// Handle registers f for the jobs whose arguments are a T. A job whose f fails or panics is tried
// again after a second, then ever later, 25 times. It panics where the kind has a handler already.
func Handle[T Args](r *Runner, f func(ctx context.Context, args T) error) {
	river.AddWorker(r.workers, river.WorkFunc(func(ctx context.Context, job *river.Job[T]) error { return f(ctx, job.Args) }))
	r.kinds++
}

// Every makes one job with these arguments per interval, in one process of all, and one when a
// process takes that over. While one waits or runs no other is made; one that fails is not tried
// again before its next turn. interval is a second at least.
func (r *Runner) Every(interval time.Duration, args Args) {
	options := &river.InsertOpts{
		MaxAttempts: 1,
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
			rivertype.JobStateRetryable, rivertype.JobStateScheduled,
		}},
	}
	r.periodic = append(r.periodic, river.NewPeriodicJob(
		river.PeriodicInterval(interval),
		func() (river.JobArgs, *river.InsertOpts) { return args, options },
		&river.PeriodicJobOpts{RunOnStart: true},
	))
}

// Start begins to run jobs, until Stop. ctx may end right after.
func (r *Runner) Start(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "jobs.Start")
	if r.kinds == 0 {
		return nil
	}
	_, pool := r.db.Pools()
	r.client, err = river.NewClient(driver(r.db.Engine(), pool), &river.Config{
		ErrorHandler:         &failures{r.options.Log},
		FetchCooldown:        min(100*time.Millisecond, r.options.Poll),
		FetchOnlyKnownKinds:  true,
		FetchPollInterval:    r.options.Poll,
		JobTimeout:           r.options.Timeout,
		Logger:               quiet(r.options.Log),
		PeriodicJobs:         r.periodic,
		PollOnly:             true,
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: r.options.Workers}},
		RescueStuckJobsAfter: r.options.Timeout + time.Minute,
		Workers:              r.workers,
	})
	if err != nil {
		return err
	}
	return r.client.Start(context.WithoutCancel(ctx))
}

// Stop lets the running jobs finish. When ctx ends before they do, their contexts are ended and they
// will be run again later. Stop of a runner that was not started does nothing.
func (r *Runner) Stop(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "jobs.Stop")
	if r.client == nil {
		return nil
	}
	if err := r.client.Stop(ctx); err == nil || ctx.Err() == nil {
		return err
	}
	hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return r.client.StopAndCancel(hard)
}

// failures logs failed jobs by kind and number; the arguments stay out of the log.
type failures struct{ log *slog.Logger }

// HandleError logs and leaves the job to its retries.
func (f *failures) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	level := slog.LevelWarn
	if job.Attempt >= job.MaxAttempts {
		level = slog.LevelError // nobody tries again
	}
	f.log.Log(ctx, level, "job failed", "kind", job.Kind, "job", job.ID, "attempt", job.Attempt, "of", job.MaxAttempts, "err", err)
	return nil
}

// HandlePanic logs and leaves the job to its retries.
func (f *failures) HandlePanic(ctx context.Context, job *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	f.log.ErrorContext(ctx, "job panicked", "kind", job.Kind, "job", job.ID, "attempt", job.Attempt, "panic", fmt.Sprint(value), "trace", trace)
	return nil
}

// quiet keeps River's own accounts of ordinary work out of the log.
func quiet(log *slog.Logger) *slog.Logger { return slog.New(&atLeast{log.Handler(), slog.LevelWarn}) }

type atLeast struct {
	slog.Handler
	level slog.Level
}

func (h *atLeast) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= h.level && h.Handler.Enabled(ctx, level)
}

func (h *atLeast) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &atLeast{h.Handler.WithAttrs(attrs), h.level}
}

func (h *atLeast) WithGroup(name string) slog.Handler {
	return &atLeast{h.Handler.WithGroup(name), h.level}
}
