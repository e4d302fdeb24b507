package notice

import (
	"fmt"
	"time"
)

// clockAt reads a time of day: 12:00, 下午5点半, 17时30分, 中午. The word 下班 has no hour.
func (s *source) clockAt(i int) (clock string, n int) {
	j := i
	afternoon, noon := false, false
	if k := dayPart.at(s.c, j, len(s.c)); k > 0 {
		switch s.c[j] {
		case '下', '晚':
			afternoon = true
		case '中':
			noon = true
		}
		j += k
	}
	h, k := s.numeral(j)
	minute := 0
	ok := k > 0 && k < 3 && h <= 24
	if ok {
		j += k
		switch s.at(j) {
		case '：':
			v, k := s.numeral(j + 1)
			ok = k == 2 && v < 60
			minute, j = v, j+1+k
		case '时', '点':
			j++
			if s.at(j) == '整' {
				j++
			} else if s.at(j) == '半' {
				minute, j = 30, j+1
			} else if v, k := s.numeral(j); k > 0 && k < 3 && v < 60 && s.at(j+k) == '分' {
				minute, j = v, j+k+1
			}
		default:
			ok = false
		}
	}
	if !ok {
		if noon {
			return "12:00", 2
		}
		return "", 0
	}
	if afternoon && h < 12 {
		h += 12
	}
	return fmt.Sprintf("%02d:%02d", h, minute), j - i
}

// whenAt reads a time expression at c[i]: a date with or without a time of day, or a range.
func (s *source) whenAt(i int) (w when, ok bool) {
	m, p, n := s.dateAt(i)
	if n == 0 {
		return w, false
	}
	w.from = i
	j := i + n
	j += weekday.at(s.c, j, len(s.c))
	if p == toDay {
		if clock, n := s.clockAt(j); n > 0 {
			m.clock, j = clock, j+n
		}
	}
	w.start, w.end, w.precision, w.to = m, m, p, j
	t := s.skipTo(j)
	if t == j {
		return w, true
	}
	e := m
	e.clock = ""
	if month, day, n := s.numericDay(t, s.at(i+4)); n > 0 && isDigit(s.at(j-1)) { // 2021.5.8-5.14
		w.end = moment{year: m.year, month: month, day: day}
		w.isRange, w.to = true, t+n
		return w, true
	}
	if clock, n := s.clockAt(t); n > 0 && m.clock != "" {
		e.clock = clock
		w.end, w.isRange, w.to = e, true, t+n
	} else if m2, p2, n := s.dateAt(t); n > 0 && (p2 == toDay) == (p == toDay) {
		if m2.year == 0 {
			m2.year = m.year
		}
		w.end, w.precision, w.isRange, w.to = m2, p2, true, t+n
		w.to += weekday.at(s.c, w.to, len(s.c))
		if p2 == toDay {
			if clock, n := s.clockAt(w.to); n > 0 {
				w.end.clock, w.to = clock, w.to+n
			}
		}
	} else if v, k := s.numeral(t); k > 0 && k < 3 && p == toDay && v >= 1 && v <= 31 && isDay(s.at(t+k)) {
		e.day = v
		w.end, w.isRange, w.to = e, true, t+k+1
		w.to += weekday.at(s.c, w.to, len(s.c))
	}
	return w, true
}

// whens finds all time expressions, in order, in one pass.
func (s *source) findWhens() []when {
	var all []when
	for i := 0; i < len(s.c); {
		r := s.c[i]
		if isDigit(r) && (i == 0 || !isDigit(s.c[i-1])) || r == '今' || r == '本' || r == '当' || r == '明' || r == '次' || r == '翌' ||
			r == '年' && s.at(i+1) == '底' || r == '十' || chineseDigit(r) >= 0 {
			if w, ok := s.whenAt(i); ok {
				all = append(all, w)
				i = w.to
				continue
			}
		}
		i++
	}
	return all
}

// resolve makes a calendar day of a moment; defaultYear stands in for a year that the
// text leaves out. A month without a day is opened to its first or last day.
func (m moment) resolve(defaultYear int, last bool) (Day, bool) {
	y := m.year
	switch y {
	case 0:
		y = defaultYear
	case -1:
		y = defaultYear + 1
	}
	if y <= 0 || m.month == 0 {
		return "", false
	}
	d := m.day
	if d == 0 {
		d = 1
		if last {
			d = time.Date(y, time.Month(m.month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
		}
	}
	t := time.Date(y, time.Month(m.month), d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d {
		return "", false // 2月30日
	}
	return Day(t.Format("2006-01-02")), true
}
