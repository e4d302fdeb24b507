package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/app"
	"openweek/internal/config"
	"openweek/internal/i18n"
	"openweek/internal/sample"
)

type serve struct{ config.Config }

// Run serves until a signal comes.
func (s serve) Run(ctx context.Context, t terminal) error {
	return start(ctx, t, s.Config, false)
}

type demo struct{ config.Config }

// Run serves sample data on this machine until a signal comes.
func (d demo) Run(ctx context.Context, t terminal) error {
	return start(ctx, t, d.Config, true)
}

func start(ctx context.Context, t terminal, c config.Config, isDemo bool) error {
	log := newLog(t.err, c.Log)
	running, err := app.Start(ctx, c, app.Options{Log: log, Demo: isDemo})
	if err != nil {
		return err
	}
	if isDemo {
		introduce(t, running)
	}
	log.Info("serving", "url", running.URL, "version", version, "data", c.Data, "postgres", c.Database != "")
	failed := running.Wait(ctx)
	log.Info("stopping")
	if err := running.Stop(context.WithoutCancel(ctx)); err != nil && failed == nil {
		failed = err
	}
	return failed
}

// introduce prints where the demo is and who may sign in.
func introduce(t terminal, running *app.App) {
	t.say("command.demo_at", "url", running.URL)
	fmt.Fprintln(t.out)
	t.say("command.demo_people", "password", sample.Password)
	for _, who := range sample.SignIns() {
		fmt.Fprintf(t.out, "  %s  %s  %s\n", pad(who.Name, 16), pad(title(t.locale, who), 20), who.Unit)
	}
	fmt.Fprintln(t.out)
	t.say("command.demo_stop")
}

// title is what somebody is: the roles in the unit or the platform role.
//
//i18n:prefix role.
func title(l i18n.Locale, who sample.SignIn) string {
	if who.Platform != actor.NoPlatform {
		return i18n.T(l, "role."+string(who.Platform))
	}
	names := make([]string, len(who.Roles))
	for i, r := range who.Roles {
		names[i] = i18n.T(l, "role."+string(r))
	}
	return strings.Join(names, "、")
}

func newLog(w io.Writer, c config.Log) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		level = slog.LevelInfo // impossible: the command line allows the four names only
	}
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
