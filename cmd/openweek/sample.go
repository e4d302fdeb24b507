package main

import (
	"context"

	"openweek/internal/app"
	"openweek/internal/config"
)

type fillSample struct {
	config.Store
	Activities int    `default:"300" placeholder:"N" help:"command.sample_activities"`
	Seed       uint64 `default:"2020" placeholder:"N" help:"command.sample_seed"`
}

// Run fills an empty store with invented data.
func (s fillSample) Run(ctx context.Context, t terminal) error {
	if err := app.Sample(ctx, s.Store, max(s.Activities, 0), s.Seed, func(done int) { t.say("command.sample_progress", "done", done, "count", s.Activities) }); err != nil {
		return err
	}
	t.say("command.sample_done", "count", s.Activities)
	return nil
}
