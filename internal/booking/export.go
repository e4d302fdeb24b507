package booking

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// ExportOf says whose bookings are taken out: a session's, or those of all sessions of an activity.
type ExportOf struct{ SessionID, ActivityID string }

// exportBatch is how many bookings are in memory at a time.
const exportBatch = 500

// CountExport tells how many bookings Export would give. Errors: as Export.
func (s *Service) CountExport(ctx context.Context, a actor.Actor, of ExportOf) (n int64, err error) {
	defer errs.Wrap(&err, "booking.CountExport")
	sessions, err := s.exported(ctx, a, of)
	if err != nil {
		return 0, err
	}
	return s.countAll(ctx, sessions)
}

func (s *Service) countAll(ctx context.Context, sessions []HostSession) (n int64, err error) {
	ids := make([]string, len(sessions))
	for i, h := range sessions {
		ids[i] = h.ID
	}
	return countBookings(ctx, s.deps.DB, ids)
}

// Export gives fn every booking, cancelled ones included, with its contact in clear: session by session
// and in the order in which they came. The log is told first, with their number. Memory does not grow
// with them. progress hears how far it is and may end it with an error; it may be nil.
//
// Errors: host.session_not_found, host.activity_not_found, host.forbidden; those of fn and progress.
func (s *Service) Export(ctx context.Context, a actor.Actor, of ExportOf, progress func(done, total int) error, fn func(h HostSession, b HostBooking) error) (err error) {
	defer errs.Wrap(&err, "booking.Export")
	sessions, err := s.exported(ctx, a, of)
	if err != nil {
		return err
	}
	total, err := s.countAll(ctx, sessions)
	if err != nil {
		return err
	}
	entry := audit.Entry{Action: "booking.export", Subject: "session", SubjectID: of.SessionID, UnitID: sessions[0].Unit.ID, Fields: []string{"contact", "answers"}, Count: int(total)}
	if of.SessionID == "" {
		entry.Subject, entry.SubjectID = "activity", of.ActivityID
	}
	if err := s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error { return s.deps.Audit.RecordTx(ctx, tx, a, entry) }); err != nil {
		return err
	}
	done := 0
	for _, h := range sessions {
		for after := int64(0); ; {
			if progress != nil {
				if err := progress(done, int(total)); err != nil {
					return err
				}
			}
			rows, err := listHostRows(ctx, s.deps.DB, h.ID, after, bookingChoice{}, exportBatch)
			if err != nil {
				return err
			}
			for _, r := range rows {
				b, err := s.openHostRow(r)
				if err != nil {
					return err
				}
				if err := fn(h, b); err != nil {
					return err
				}
				after = b.Turn
			}
			done += len(rows)
			if len(rows) < exportBatch {
				break
			}
		}
	}
	if progress != nil {
		return progress(done, max(done, int(total)))
	}
	return nil
}

// exported gives the sessions of which an export is made, in the order of time; there is at least one.
func (s *Service) exported(ctx context.Context, a actor.Actor, of ExportOf) ([]HostSession, error) {
	if of.SessionID != "" {
		h, err := s.hosted(ctx, a, of.SessionID)
		return []HostSession{h}, err
	}
	if !id.Valid(of.ActivityID) {
		return nil, errs.NotFound("host.activity_not_found")
	}
	list, err := listHostSessions(ctx, s.deps.DB, hostSessionsAhead, ofActivity(a, of.ActivityID), maxSessions)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errs.NotFound("host.activity_not_found")
	}
	if !manages(a, list[0].Unit) {
		return nil, errHostForbidden()
	}
	return list, nil
}

const maxSessions = 1000 // of an activity; package activity allows fewer
