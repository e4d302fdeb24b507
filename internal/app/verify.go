package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"openweek/internal/audit"
	"openweek/internal/blob"
	"openweek/internal/calendar"
	"openweek/internal/clock"
	"openweek/internal/config"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/review"
	"openweek/internal/schema"
	"openweek/internal/sqldb"
)

// Verify looks, beside a running server, for anything that contradicts itself.
func Verify(ctx context.Context, c config.Store) (err error) {
	defer errs.Wrap(&err, "app.Verify")
	house, err := openBeside(ctx, c, clock.System())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, house.Close()) }()
	return house.Verify(ctx)
}

// Verify runs the checks of all packages on one unchanging state. The error joins what each has
// found, so that one damage does not hide another.
func (h *House) Verify(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "app.Verify")
	// Before the snapshot: an anchor that a running server makes after it would see links that the
	// snapshot does not, and look like a tail that was cut.
	anchors, err := h.exportedAnchors()
	if err != nil {
		return err
	}
	return h.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		var found []error
		for _, c := range h.checks(anchors) {
			if err := c.check(ctx, q); err != nil {
				found = append(found, fmt.Errorf("%s: %w", c.name, err))
			}
		}
		return errors.Join(found...)
	})
}

// sealAndVerify is Verify for a store that was moved: what was audited within the last second before
// has no seal yet, and no server that would add it.
func (h *House) sealAndVerify(ctx context.Context) error {
	if err := h.Audit.Seal(ctx); err != nil {
		return err
	}
	return h.Verify(ctx)
}

type check struct {
	name  string
	check func(ctx context.Context, q sqldb.Querier) error
}

// checks lists the consistency checks of the product, in the order of the house.
func (h *House) checks(anchors []audit.Anchor) []check {
	return []check{
		{"schema", schema.Verify},
		{"key", func(ctx context.Context, q sqldb.Querier) error { return checkKeys(ctx, q, h.Ring) }},
		{"files", h.verifyBlobs},
		{"audit", func(ctx context.Context, q sqldb.Querier) error { return h.verifyAudit(ctx, q, anchors) }},
		{"unit", h.Units.Verify},
		{"edition", edition.Verify},
		{"calendar", calendar.Verify},
		{"form", form.Verify},
		{"review", review.Verify},
		{"message", h.Messages.Verify},
		{"file", h.Files.Verify},
		{"duty", duty.Verify},
		{"filing", h.Filings.Verify},
		{"activity", h.Activities.Verify},
		{"booking", h.Bookings.Verify},
		{"visit", h.Visits.Verify},
		{"door", h.Doors.Verify},
		{"measure", h.Measures.Verify},
	}
}

// verifyBlobs reads every uploaded file again; whether all that are named are there, file.Verify says.
func (h *House) verifyBlobs(ctx context.Context, _ sqldb.Querier) error {
	report, err := blob.Verify(ctx, h.Blobs)
	if err != nil {
		return err
	}
	var found []error
	for _, ref := range report.Damaged {
		found = append(found, fmt.Errorf("file %s has other content than it was stored with", ref.Hash))
	}
	return errors.Join(found...)
}

// verifyAudit turns the log's findings into one error.
func (h *House) verifyAudit(ctx context.Context, q sqldb.Querier, anchors []audit.Anchor) error {
	findings, err := h.Audit.Verify(ctx, q, anchors...)
	if err != nil {
		return err
	}
	var found []error
	for _, f := range findings {
		found = append(found, errors.New(f.String()))
	}
	return errors.Join(found...)
}

// anchorFile is where the audit log's daily anchors are written, for an office to copy elsewhere.
func anchorFile(c config.Store) string { return filepath.Join(c.Data, "anchors.jsonl") }

// exportedAnchors reads what this data folder has of them.
func (h *House) exportedAnchors() (list []audit.Anchor, err error) {
	f, err := os.Open(anchorFile(h.store))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return audit.ReadAnchors(f)
}
