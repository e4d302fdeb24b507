package main

import (
	"context"

	"openweek/internal/app"
	"openweek/internal/config"
)

type resetPassword struct {
	config.Store
	SignIn string `required:"" placeholder:"NAME" help:"command.person_sign_in"`
}

// Run prints a new initial password once.
func (r resetPassword) Run(ctx context.Context, t terminal) error {
	initial, err := app.ResetPassword(ctx, r.Store, r.SignIn)
	if err != nil {
		return err
	}
	t.say("command.person_reset_done", "name", r.SignIn, "password", initial)
	return nil
}
