package main

import (
	"context"

	"openweek/internal/app"
	"openweek/internal/config"
	"openweek/internal/errs"
)

type backup struct {
	config.Store
	File string `arg:"" placeholder:"FILE" help:"command.backup_file"`
}

// Run writes a backup beside a running server.
func (b backup) Run(ctx context.Context, t terminal) error {
	if err := app.Backup(ctx, b.Store, b.File); err != nil {
		return err
	}
	t.say("command.backup_done", "path", b.File, "keys", b.Keys())
	return nil
}

type restore struct {
	config.Store
	File string `arg:"" placeholder:"FILE" help:"command.restore_file"`
}

// Run fills an empty store from a backup.
func (r restore) Run(ctx context.Context, t terminal) error {
	if err := app.Restore(ctx, r.Store, r.File, t.progress); err != nil {
		return err
	}
	t.say("command.restore_done", "path", r.File)
	return nil
}

type verify struct{ config.Store }

// Run looks for contradictions beside a running server.
func (v verify) Run(ctx context.Context, t terminal) error {
	if err := app.Verify(ctx, v.Store); err != nil {
		return err
	}
	t.say("command.verify_done")
	return nil
}

type copyTo struct {
	config.Store
	To string `required:"" placeholder:"URL" help:"command.copy_to"`
}

// Validate checks the target beside the source.
func (c copyTo) Validate() error {
	if (config.Store{Data: c.Data, Database: c.To}).Validate() != nil {
		return errs.Join(errs.Invalid("config.bad_database", "name", "to").On("to"))
	}
	return c.Store.Validate()
}

// Run moves the store into PostgreSQL.
func (c copyTo) Run(ctx context.Context, t terminal) error {
	if err := app.Copy(ctx, c.Store, c.To, t.progress); err != nil {
		return err
	}
	t.say("command.copy_done", "keys", c.Keys())
	return nil
}

type rotateKeys struct{ config.Store }

// Run makes a new key current.
func (r rotateKeys) Run(t terminal) error {
	current, err := app.RotateKeys(r.Store)
	if err != nil {
		return err
	}
	t.say("command.keys_rotated", "key", current, "path", r.Keys())
	return nil
}

func (t terminal) progress(table string, rows int64) {
	t.say("command.moved", "table", table, "rows", rows)
}
