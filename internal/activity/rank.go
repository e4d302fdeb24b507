package activity

import (
	"container/heap"
	"context"
	"math"
	"slices"
)

// rank gives the candidates of a ranked list after a cursor.
func (l *look) rank(ctx context.Context, after cursor) (source, error) {
	most := math.MaxInt - 1
	if l.f.order() == BySeats {
		most = MaxRanked
	} else if !l.query.Empty() {
		most = maxCounted
	}
	list, err := l.byTime(ctx, 0)(most + 1)
	if err != nil {
		return nil, err
	}
	if l.capped = len(list) > most; l.capped {
		list = list[:most]
	}
	if l.f.order() == BySeats {
		seats, err := l.seats(ctx, list)
		if err != nil {
			return nil, err
		}
		for i := range list {
			list[i].rank = math.MaxInt32 - min(seats[l.board.acts[list[i].act].id].left, math.MaxInt32)
		}
	} else {
		distance := l.f.Near.distance()
		for i := range list {
			list[i].rank = int64(distance(l.board.acts[list[i].act].point))
		}
	}
	list = slices.DeleteFunc(list, func(c candidate) bool { return c.rank < after.rank || c.rank == after.rank && c.key <= after.key })
	first := ranking(list)
	heap.Init(&first)
	return func(n int) (some []candidate, err error) {
		for len(some) < n && len(first) > 0 {
			some = append(some, heap.Pop(&first).(candidate))
		}
		return some, nil
	}, nil
}

// ranking is a heap: of thousands only the first few are wanted in order.
type ranking []candidate

func (r ranking) Len() int { return len(r) }
func (r ranking) Less(i, j int) bool {
	return r[i].rank < r[j].rank || r[i].rank == r[j].rank && r[i].key < r[j].key
}
func (r ranking) Swap(i, j int) { r[i], r[j] = r[j], r[i] }

// Push is never called: the heap only shrinks. It stands for the interface.
func (r *ranking) Push(any) {}

// Pop takes the last one.
func (r *ranking) Pop() any {
	last := (*r)[len(*r)-1]
	*r = (*r)[:len(*r)-1]
	return last
}
