package measure_test

import (
	"sync"
	"testing"

	"openweek/internal/booking"
	"openweek/internal/measure"
)

func TestACapPutsTheLastAdmittedBackInTurnAndLiftingItMovesThemUp(t *testing.T) {
	in(t, func(t *testing.T, f *town) {
		halls := f.publish(nil, 10, 10)
		var made []booking.Receipt
		for n := range 8 {
			made = append(made, f.book(halls[0], n, 1))
		}
		f.book(halls[1], 20, 2)
		d := f.order(50)
		seen, err := f.Measures.Preview(t.Context(), f.head, d)
		f.must(err)
		equal(t, "preview", seen, measure.Effect{Sessions: 2, Capped: 2, Seats: 10, CutParties: 3, CutPeople: 3, Called: 3})
		equal(t, "a preview changes nothing", f.stand(made...), "c c c c c c c c")
		m := f.switchOn(d)
		equal(t, "what it did", m.Effect, seen)
		equal(t, "the last three wait", f.stand(made...), "c c c c c w1 w2 w3")
		equal(t, "seats", f.seat(halls[0]), [4]int64{10, 5, 0, 5})
		equal(t, "seats of the other", f.seat(halls[1]), [4]int64{10, 2, 0, 5})
		late := f.book(halls[0], 30, 1)
		equal(t, "who comes now waits behind them", f.stand(late), "w4")
		_, a, err := f.Bookings.GetSession(t.Context(), halls[0])
		f.must(err)
		equal(t, "it is full", a.Reason, booking.Full)

		// Who gives seats up makes room for the first of them.
		_, err = f.Bookings.Cancel(t.Context(), made[0].Code, made[0].ManageToken)
		f.must(err)
		equal(t, "one moves up", f.stand(made...), "x c c c c c w1 w2")

		f.switchOff(m)
		equal(t, "all have seats again", f.stand(append(made, late)...), "x c c c c c c c c")
		equal(t, "seats afterwards", f.seat(halls[0]), [4]int64{10, 8, 0, 0})
		refused(t, "twice", f.Measures.SwitchOff(t.Context(), f.head, m.ID, m.Version+1), "measure.ended")
		got, err := f.Measures.Get(t.Context(), f.head, m.ID)
		f.must(err)
		equal(t, "it is over", got.InForce(), false)
		equal(t, "what it did stays recorded", got.Effect, seen)
	})
}

// Parties are put back as a whole; who fits into what is left keeps the seats.
func TestPartiesThatFitKeepTheirSeats(t *testing.T) {
	in(t, func(t *testing.T, f *town) {
		hall := f.publish(nil, 10)[0]
		made := []booking.Receipt{f.book(hall, 1, 3), f.book(hall, 2, 4), f.book(hall, 3, 2), f.book(hall, 4, 2)}
		equal(t, "before", f.stand(made...), "c c c w1")
		seen, err := f.Measures.Preview(t.Context(), f.head, f.order(50))
		f.must(err)
		m := f.switchOn(f.order(50))
		equal(t, "afterwards", f.stand(made...), "c w1 c w2")
		equal(t, "seats", f.seat(hall), [4]int64{10, 5, 0, 5})
		equal(t, "what it did", m.Effect, seen)
		f.switchOff(m)
		equal(t, "lifted", f.stand(made...), "c c c w1")
	})
}

func TestOfSeveralOrdersTheStrictestHolds(t *testing.T) {
	in(t, func(t *testing.T, f *town) {
		hall := f.publish(nil, 100)[0]
		province := f.switchOn(f.order(75))
		equal(t, "the province", f.seat(hall)[3], 25)
		changsha := f.order(50)
		changsha.Region = "430100"
		city, err := f.Measures.SwitchOn(t.Context(), f.city, changsha)
		f.must(err)
		equal(t, "and the city", f.seat(hall)[3], 50)
		equal(t, "what the city added", city.Effect, measure.Effect{Sessions: 1, Capped: 1, Seats: 25})
		f.switchOff(city)
		equal(t, "the province alone", f.seat(hall)[3], 25)
		city, err = f.Measures.SwitchOn(t.Context(), f.city, changsha)
		f.must(err)
		f.switchOff(province)
		equal(t, "the city alone", f.seat(hall)[3], 50)
		f.switchOff(city)
		equal(t, "none", f.seat(hall)[3], 0)
	})
}

func TestSeatsThatTheHostKeepsBackCountAndAreNotTouched(t *testing.T) {
	in(t, func(t *testing.T, f *town) {
		hall := f.publish(nil, 10)[0]
		host := f.host
		_, err := f.Activities.BlockSeats(t.Context(), host, hall, 3)
		f.must(err)
		m := f.switchOn(f.order(50))
		equal(t, "five in all", f.seat(hall), [4]int64{10, 0, 0, 5})
		equal(t, "two of them by order", m.Effect.Seats, 2)
		f.switchOff(m)
		equal(t, "the host's stay", f.seat(hall), [4]int64{10, 0, 0, 3})
	})
}

func TestAHostDoesNotGetRoundAnOrder(t *testing.T) {
	in(t, func(t *testing.T, f *town) {
		hall := f.publish(nil, 10)[0]
		host := f.host
		var made []booking.Receipt
		for n := range 7 {
			made = append(made, f.book(hall, n, 1))
		}
		m := f.switchOn(f.order(50))
		_, err := f.Activities.BlockSeats(t.Context(), host, hall, -5)
		f.must(err)
		equal(t, "released seats are kept back at once", f.seat(hall), [4]int64{10, 5, 0, 5})
		equal(t, "nobody moves up", f.stand(made...), "c c c c c w1 w2")
		_, err = f.Activities.SetSeats(t.Context(), host, hall, 14)
		f.must(err)
		equal(t, "of more seats the share", f.seat(hall), [4]int64{14, 7, 0, 7})
		equal(t, "who waited has them", f.stand(made...), "c c c c c c c")
		f.must(f.Measures.Apply(t.Context()))
		equal(t, "nothing is left to do", f.seat(hall), [4]int64{14, 7, 0, 7})
		f.switchOff(m)
		equal(t, "lifted", f.seat(hall), [4]int64{14, 7, 0, 0})
	})
}

func TestApplyFindsWhatIsPublishedLaterAndDoesNothingTwice(t *testing.T) {
	in(t, func(t *testing.T, f *town) {
		first := f.publish(nil, 10)[0]
		m := f.switchOn(f.order(50))
		later := f.publish(nil, 20)[0]
		made := []booking.Receipt{f.book(later, 1, 5), f.book(later, 2, 5), f.book(later, 3, 1)}
		moved := f.session(f.publishOn(f.day.AddDays(1), nil, 8)[0])
		equal(t, "not yet", f.seat(later)[3], 0)
		var all sync.WaitGroup
		for range 4 { // two replicas and two calls of each
			all.Go(func() {
				if err := f.Measures.Apply(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		equal(t, "caught", f.seat(later), [4]int64{20, 10, 0, 10})
		equal(t, "who came last waits", f.stand(made...), "c c w1")
		equal(t, "another day's is not touched", f.seat(moved.ID), [4]int64{8, 0, 0, 0})
		got, err := f.Measures.Get(t.Context(), f.head, m.ID)
		f.must(err)
		equal(t, "recorded once", got.Effect, measure.Effect{Sessions: 1, Capped: 2, Seats: 15, CutParties: 1, CutPeople: 1, Called: 1})
		versions := [2]int64{f.session(first).Version, f.session(later).Version}
		f.must(f.Measures.Apply(t.Context()))
		equal(t, "nothing is written again", [2]int64{f.session(first).Version, f.session(later).Version}, versions)

		draft := moved.SessionDraft // moved into the day of the order
		draft.Starts, draft.Ends, draft.Closes = f.day.Start().Add(14*hour), f.day.Start().Add(15*hour), f.day.Start().Add(14*hour)
		_, err = f.Activities.ChangeSession(t.Context(), f.host, moved.ID, moved.Version, draft)
		f.must(err)
		f.must(f.Measures.Apply(t.Context()))
		equal(t, "moved", f.seat(moved.ID), [4]int64{8, 0, 0, 4})
	})
}

// Claims that race an order never take more than its share; without one they take all, which shows that
// they do race.
func TestClaimsThatRaceAnOrderStayWithinItsShare(t *testing.T) {
	in(t, func(t *testing.T, f *town) {
		halls := f.publish(nil, 40, 40)
		far := f.publishOn(f.day.AddDays(1), nil, 40)[0]
		var all sync.WaitGroup
		start := make(chan struct{})
		for n := range 60 {
			for i, hall := range []string{halls[0], halls[1], far} {
				all.Go(func() {
					<-start
					if _, err := f.Bookings.Claim(t.Context(), request(hall, 100*i+n, 1)); err != nil {
						t.Error(err)
					}
				})
			}
		}
		all.Go(func() {
			<-start
			if _, err := f.Measures.SwitchOn(t.Context(), f.head, f.order(50)); err != nil {
				t.Error(err)
			}
		})
		close(start)
		all.Wait()
		for _, hall := range halls {
			equal(t, "with the order", f.seat(hall), [4]int64{40, 20, 0, 20})
		}
		equal(t, "without", f.seat(far), [4]int64{40, 40, 0, 0})
	})
}
