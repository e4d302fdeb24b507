package duty

import (
	"context"
	"database/sql"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Receipts counts the dispatches of one notice to units of a prefecture and line.
type Receipts struct {
	Region   string // the prefecture's or, for what stands above, the province's code
	Line     actor.Line
	Sent     int
	Opened   int
	Signed   int
	Implicit int // of Signed: by filing or passing on
	PassedOn int // units that have passed it on
}

func (r *Receipts) add(other Receipts) {
	r.Sent += other.Sent
	r.Opened += other.Opened
	r.Signed += other.Signed
	r.Implicit += other.Implicit
	r.PassedOn += other.PassedOn
}

// ReceiptQuery chooses dispatches. An empty field does not restrict.
type ReceiptQuery struct {
	EditionID string
	NoticeID  string // "" takes the notice with which the edition began
	Region    string // with all regions inside of it
	Line      *actor.Line
	Reason    Reason
	Unsigned  bool
	PassedBy  bool   // only what the actor's unit has passed on
	After     string // unit id of the last row; Receipt list only
	Limit     int    // at most 200; 0 takes 200
}

// Overview is who has a notice, by region and line. It counts what the actor may see.
type Overview struct {
	NoticeID string
	Rows     []Receipts // by region, then line
	ByRegion []Receipts // without a line
	ByLine   []Receipts // without a region
	Total    Receipts
}

// Overview counts received, opened, signed and passed on, by region × line.
//
// Errors: duty.edition_not_found.
func (s *Service) Overview(ctx context.Context, a actor.Actor, query ReceiptQuery) (o Overview, err error) {
	defer errs.Wrap(&err, "duty.Overview(%s)", shorten(query.EditionID))
	query, where, err := s.receipts(ctx, a, query)
	if err != nil {
		return Overview{}, err
	}
	o.NoticeID = query.NoticeID
	text, args := where.Apply(countReceipts)
	o.Rows, err = sqldb.List(ctx, s.db, func(row *sql.Rows) (r Receipts, err error) {
		err = row.Scan(&r.Region, &r.Line, &r.Sent, &r.Opened, &r.Signed, &r.Implicit, &r.PassedOn)
		r.Region += "00"
		return r, err
	}, text, args...)
	if err != nil {
		return Overview{}, err
	}
	regions, lines := map[string]int{}, map[actor.Line]int{}
	for _, r := range o.Rows {
		o.Total.add(r)
		if _, ok := regions[r.Region]; !ok {
			regions[r.Region] = len(o.ByRegion)
			o.ByRegion = append(o.ByRegion, Receipts{Region: r.Region})
		}
		o.ByRegion[regions[r.Region]].add(r)
		if _, ok := lines[r.Line]; !ok {
			lines[r.Line] = len(o.ByLine)
			o.ByLine = append(o.ByLine, Receipts{Line: r.Line})
		}
		o.ByLine[lines[r.Line]].add(r)
	}
	return o, nil
}

// ReceiptList lists dispatches by region and name, for the screen page by page and for printing. next
// is the After of the next page, "" at the end. Errors: duty.edition_not_found.
func (s *Service) ReceiptList(ctx context.Context, a actor.Actor, query ReceiptQuery) (list []Dispatch, next string, err error) {
	defer errs.Wrap(&err, "duty.ReceiptList(%s)", shorten(query.EditionID))
	query, where, err := s.receipts(ctx, a, query)
	if err != nil {
		return nil, "", err
	}
	limit := limitOf(query.Limit)
	if query.After != "" {
		if !id.Valid(query.After) {
			return nil, "", errs.Invalid("duty.page_malformed")
		}
		afterUnit(where, query.After)
	}
	list, err = listDispatches(ctx, s.db, where, limit+1)
	if len(list) > limit {
		list, next = list[:limit], list[limit-1].Unit.ID
	}
	return list, next, err
}

func limitOf(n int) int {
	if n <= 0 {
		return maxLimit
	}
	return min(n, maxLimit)
}

// receipts fills in the notice and gives the condition, within the actor's sight.
func (s *Service) receipts(ctx context.Context, a actor.Actor, query ReceiptQuery) (ReceiptQuery, *sqldb.Where, error) {
	if !id.Valid(query.EditionID) || query.NoticeID != "" && !id.Valid(query.NoticeID) {
		return query, nil, errEdition()
	}
	if query.NoticeID == "" {
		e, err := editionByID(ctx, s.db, query.EditionID)
		if err != nil {
			return query, nil, err
		}
		query.NoticeID = e.noticeID
	}
	return query, query.where(a), nil
}

// Sent is a notice that went out, with the number of units in sight that have it.
type Sent struct {
	NoticeID, DocNumber, Title, Kind string
	Units                            int
	FirstAt                          clock.Instant
}

// SentNotices lists the notices of an edition that went out, in the order in which they did.
func (s *Service) SentNotices(ctx context.Context, a actor.Actor, editionID string) (list []Sent, err error) {
	defer errs.Wrap(&err, "duty.SentNotices(%s)", shorten(editionID))
	if !id.Valid(editionID) {
		return nil, errEdition()
	}
	text, args := ReceiptQuery{EditionID: editionID}.where(a).Apply(findNotices)
	return sqldb.List(ctx, s.db, func(row *sql.Rows) (n Sent, err error) {
		return n, row.Scan(&n.NoticeID, &n.DocNumber, &n.Title, &n.Kind, &n.Units, &n.FirstAt)
	}, text, args...)
}
