package desk

import (
	"slices"
	"strings"

	"openweek/internal/web/ui"
)

// actions are those that the product records, in the order of a filter. One that is not listed, of an
// older or newer version, is shown as it stands in the log.
var actions = []string{
	"login.sign_in", "login.fail", "login.sign_out", "login.sign_out_everywhere", "login.sign_out_person", "login.lock", "login.lock_address",
	"login.unlock", "login.unlock_address", "login.change_password", "login.reset_password", "login.set_password", "login.first_run",
	"person.create", "person.change", "person.close", "person.reveal", "person.import", "person.export", "role.grant", "role.withdraw",
	"unit.create", "unit.change", "unit.close", "unit.import", "unit.export", "unit.load", "region.import",
	"notice.upload", "notice.correct", "edition.create", "edition.change", "edition.copy", "edition.publish", "edition.redate", "edition.archive",
	"audience.resolve", "group.create", "group.fill", "local_theme.set", "local_theme.accept",
	"dispatch.open", "dispatch.pass_on", "dispatch.sign", "dispatch.sign_implicit",
	"duty.add_obligation", "duty.answer", "duty.ask", "duty.chase", "duty.evidence", "duty.give", "duty.remove_obligation",
	"duty.set_rule", "duty.set_stages", "duty.take_back",
	"filing.accepted", "filing.begin", "filing.declined", "filing.returned", "filing.save", "filing.submit", "filing.withdraw",
	"review.accept", "review.decline", "review.return",
	"form.publish",
	"file.attach", "file.detach", "file.discard", "file.sweep", "file.upload",
	"message.failed", "message.perhaps", "message.queued", "message.read", "message.resend", "message.sent", "message.tell",
	"message.withdraw", "message.withheld",
	"export.ask", "export.fetch",
	"calendar.replace",
	"activity.begin", "activity.cancel", "activity.delete", "activity.discard", "activity.export", "activity.import",
	"activity.kinds", "activity.publish", "activity.redate", "activity.rule", "activity.save", "activity.seats_block",
	"activity.seats_set", "activity.session_cancel", "activity.session_change", "activity.session_remove", "activity.sessions_add",
	"activity.submit", "activity.withdraw",
	"activity.session_reopen",
	"guest.add", "guest.change",
	"booking.book_for", "booking.call_mark", "booking.cancel_for", "booking.confirm_for", "booking.expire", "booking.export", "booking.notice_send",
	"booking.policy_set", "booking.resize_for", "booking.reveal", "booking.rule_set", "booking.tell_again",
	"visit.accept", "visit.allot", "visit.confirm", "visit.decline", "visit.fill", "visit.refuse", "visit.reveal", "visit.roster_erase",
	"visit.roster_read", "visit.roster_set", "visit.withdraw",
	"door.end", "door.open", "door.paper",
	"measure.off", "measure.on",
	"grid.ask",
	"result.report",
	"audit.export", "audit.verify", "audit.prune",
}

// actionName says what was done.
//
//i18n:prefix desk.did_
func actionName(v ui.View, action string) string {
	if !slices.Contains(actions, action) {
		return action
	}
	return v.T("desk.did_" + strings.ReplaceAll(action, ".", "_"))
}

// areas are the parts before the dot, for a filter by all of an area.
var areas = []string{
	"login", "person", "role", "unit", "region", "notice", "edition", "audience", "group", "local_theme",
	"dispatch", "duty", "filing", "review", "form", "file", "message", "export", "calendar", "activity", "guest", "grid", "result",
	"booking", "visit", "door", "measure", "audit",
}

//i18n:prefix desk.area_
func areaName(v ui.View, area string) string { return v.T("desk.area_" + area) }

// fields are names of fields that imports and the log speak of. Roles stand there, too: a grant's
// field is the role. Others are shown as they are.
var fields = []string{
	"code", "name", "name_en", "short", "region", "line", "tier", "kind", "address", "phone", "email", "unit_id", "password",
	"level", "parent", "tile", "tile_x", "tile_y", "sign_in", "theme", "theme_en", "year", "start", "end", "due", "accent",
	"contact_released", "issuers", "topic", "method", "genre", "channel", "item", "obligation", "audience", "scopes", "group", "notice", "members",
	"action", "subject", "subject_id", "person_id", "addr", "from", "to",
}

//i18n:prefix desk.field_
func fieldName(v ui.View, field string) string {
	switch {
	case slices.Contains(fields, field):
		return v.T("desk.field_" + field)
	case slices.ContainsFunc(roleOptions(v), func(o ui.Option) bool { return o.Value == field }):
		return roleName(v, field)
	}
	return field
}

// subjects are the kinds of thing that the log speaks of.
var subjects = []string{
	"person", "login", "unit", "region", "notice", "edition", "dispatch", "obligation", "duty", "filing", "form", "file", "message", "delivery",
	"filings", "calendar", "activity", "session", "session_result", "guest", "booking", "visit", "visit_allotment", "door_link", "measure",
}

//i18n:prefix desk.subject_
func subjectName(v ui.View, subject string) string {
	if !slices.Contains(subjects, subject) {
		return subject
	}
	return v.T("desk.subject_" + subject)
}
