package booking

// Rule is what a host asks of those who book an activity.
type Rule struct {
	ActivityID   string
	PerDay       int64 // most active bookings of one contact on a day; 0 does not bound
	AutoMax      int64 // a group of so many people at most is confirmed by rule; 0 leaves each to the host
	AdultsPer    int64 // pupils for each adult who comes with them; 0 does not ask
	VisitsMax    int64 // most visits of one school; 0 does not bound
	CodeCheck    bool  // the telephone number is checked by a code in an SMS, where there is a gateway
	OfferMinutes int64 // how long seats that became free are held for a waiting party that is asked
	SkipLimit    int64 // how often a waiting party is passed over until seats are held for it
	Version      int64 // 0 for the usual rule, which nobody has set
}

// The usual rule of the waitlist.
const (
	usualOffer = 120
	usualSkips = 3
)

// usualRule is that of an activity whose host has set none.
func usualRule(activityID string) Rule {
	return Rule{ActivityID: activityID, OfferMinutes: usualOffer, SkipLimit: usualSkips}
}
