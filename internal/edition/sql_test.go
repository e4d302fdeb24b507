package edition_test

// tampering is what somebody who rules the database could do and Verify must find.
var tampering = []string{
	"UPDATE notice SET text = 'x' || text WHERE kind = 'original'",
	"UPDATE notice SET doc_number = 'x' WHERE kind = 'original'",
	"UPDATE edition SET start_on = '2020-08-04'",
	"UPDATE edition SET read_hash = ''",
	"UPDATE obligation SET due_on = '2020-09-15' WHERE due_on <> ''",
	"UPDATE obligation SET due_on = '2020-02-30' WHERE due_on <> ''",
	"UPDATE audience SET scopes = '[{\"kinds\":[\"media\"]}]' WHERE resolved = FALSE",
	"UPDATE audience SET scopes = '{'",
	"DELETE FROM edition_item WHERE kind = 'topic'",
	"UPDATE amendment SET ordinal = 2",
}
