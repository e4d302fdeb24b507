package notice

// precision of a date as printed.
type precision uint8

const (
	toDay      precision = iota
	toMonthEnd           // 5月底
	toYearEnd            // 2024年底
	toMonth              // 7月, 4月上旬
)

// moment is one end of a time expression; year 0 means that the text leaves it out.
type moment struct {
	year, month, day int
	clock            string // HH:MM, or ""
}

// when is a time expression of the text: a date, or a range of dates or hours.
type when struct {
	rng
	start, end moment
	isRange    bool
	precision  precision // of the end
}

// numeral reads a number at c[i]: Arabic digits (with the letters that OCR puts for 0 and
// 1), or Chinese numerals. It gives the number of characters read, 0 if there is none.
func (s *source) numeral(i int) (value, n int) {
	for n < 5 {
		r := s.at(i + n)
		switch {
		case isDigit(r):
			value = value*10 + int(r-'0')
		case n > 0 && (r == 'O' || r == 'o'):
			value *= 10
		case n > 0 && r == 'l':
			value = value*10 + 1
		default:
			if n > 0 {
				return value, n
			}
			return s.chineseNumeral(i)
		}
		n++
	}
	return value, n
}

func chineseDigit(r rune) int {
	switch r {
	case '〇', '零', '○', 'Ｏ', '◯':
		return 0
	case '一', '元', 'ー':
		return 1
	case '二', 'ニ':
		return 2
	case '三':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	}
	return -1
}

func (s *source) chineseNumeral(i int) (value, n int) {
	tens, ones := 0, 0
	seen := false
	for n < 5 {
		r := s.at(i + n)
		if r == '十' && !seen {
			seen = true
			if tens = ones; n == 0 {
				tens = 1
			}
			ones = 0
		} else if d := chineseDigit(r); d >= 0 || n > 0 && (r == '0' || r == 'O' || r == 'o') { // 二00九年
			d = max(d, 0)
			if seen {
				ones = d
			} else {
				ones = ones*10 + d
			}
		} else {
			break
		}
		n++
	}
	return tens*10 + ones, n
}

// isDay tells whether r closes a day; OCR reads 日 as 曰.
func isDay(r rune) bool { return r == '日' || r == '号' || r == '曰' }

func isYear(y int) bool { return 1980 <= y && y <= 2100 }

func isTo(r rune) bool {
	return r == '至' || r == '到' || r == '—' || r == '-' || r == '~' || r == '一'
}

// skipTo steps over what joins the two ends of a range; several dashes count as one. Days
// that are listed make a range too: 5月4日、5日.
func (s *source) skipTo(i int) int {
	j := i
	if n := fromThere.at(s.c, i, len(s.c)); n > 0 { // 5月8日起至6月8日, 5月8日开始至…
		if j += n; !isTo(s.at(j)) {
			return i
		}
	}
	switch s.at(j) {
	case '、', '和', '及':
		if v, n := s.numeral(i + 1); n > 0 && n < 3 && v <= 31 && isDay(s.at(i+1+n)) {
			return i + 1
		}
		return i
	}
	for j < i+4 && isTo(s.at(j)) {
		j++
	}
	return j
}

var fromThere = lex("起 开始 始")

var (
	weekday = lex(`
		（周一） （周二） （周三） （周四） （周五） （周六） （周日） （星期一） （星期二） （星期三）
		（星期四） （星期五） （星期六） （星期日） （星期天）`)
	monthEnd = lex("底 末")
	tenDays  = lex("上旬 中旬 下旬 初")
	dayPart  = lex("上午 下午 晚上 晚 早上 中午 凌晨")
	thisYear = lex("今年 本年 当年")
	nextYear = lex("明年 次年 翌年")
)

// dateAt reads a single date at c[i].
func (s *source) dateAt(i int) (m moment, p precision, n int) {
	j := i
	if k := thisYear.at(s.c, j, len(s.c)); k > 0 {
		j += k
	} else if k := nextYear.at(s.c, j, len(s.c)); k > 0 {
		m.year, j = -1, j+k // resolved as the year after the notice's
	}
	v, k := s.numeral(j)
	if k == 4 && isYear(v) && j == i {
		sep := s.at(j + k)
		if sep == '/' || sep == '-' || sep == '—' || sep == '.' {
			return s.numericDate(i)
		}
		if sep != '年' {
			return m, p, 0
		}
		m.year, j = v, j+k+1
		if s.at(j) == '度' {
			return m, p, 0
		}
		if l := monthEnd.at(s.c, j, len(s.c)); l > 0 {
			m.month, m.day = 12, 31
			return m, toYearEnd, j + l - i
		}
		if v, k = s.numeral(j); k == 0 {
			return m, p, 0
		}
	} else if s.at(i) == '年' && s.at(i+1) == '底' {
		m.month, m.day = 12, 31
		return m, toYearEnd, 2
	} else if j > i && s.at(j) == '年' && s.at(j+1) == '底' { // 今年年底
		m.month, m.day = 12, 31
		return m, toYearEnd, j + 2 - i
	}
	if t := s.skipTo(j + k); k > 0 && k < 3 && t > j+k && v > 0 { // 2014年4—8月: the month's noun stands behind the range
		if v2, k2 := s.arabic(t); k2 > 0 && v < v2 && v2 <= 12 && s.at(t+k2) == '月' && m.year > 0 {
			m.month = v
			return m, toMonth, j + k - i
		}
	}
	if k == 0 || k > 3 || v < 1 || v > 12 || s.at(j+k) != '月' {
		return m, p, 0
	}
	m.month, j = v, j+k+1
	if s.at(j) == '份' {
		return m, toMonth, j + 1 - i
	}
	if l := monthEnd.at(s.c, j, len(s.c)); l > 0 {
		return m, toMonthEnd, j + l - i
	}
	if l := tenDays.at(s.c, j, len(s.c)); l > 0 {
		return m, toMonth, j + l - i
	}
	v, k = s.numeral(j)
	if k == 0 || k > 3 || v < 1 || v > 31 {
		return m, toMonth, j - i
	}
	if isDay(s.at(j + k)) {
		m.day = v
		return m, toDay, j + k + 1 - i
	}
	// 5月5-7日: the day's noun stands behind the range. 5月5前, "1月10（周五）": OCR lost it.
	if t := s.skipTo(j + k); t > j+k {
		if v2, k2 := s.numeral(t); k2 > 0 && k2 < 3 && v2 <= 31 && isDay(s.at(t+k2)) {
			m.day = v
			return m, toDay, j + k - i
		}
	}
	if isDigit(s.at(j)) && byWord.at(s.c, j+k, len(s.c)) > 0 {
		m.day = v
		return m, toDay, j + k - i
	}
	return m, toMonth, j - i
}

// numericDate reads 2011/9/30, 2013-03-08, 2013.3.8.
func (s *source) numericDate(i int) (m moment, p precision, n int) {
	j := i
	var parts [3]int
	sep := s.at(i + 4)
	for p := range parts {
		v, k := s.numeral(j)
		if p == 2 && k > 2 && s.gaps[j+2] > gapNone { // 2021/5/17 9:31
			v, k = int(s.c[j]-'0')*10+int(s.c[j+1]-'0'), 2
		} else if p == 2 && k > 1 && s.gaps[j+1] > gapNone && s.at(j+k) == '：' {
			v, k = int(s.c[j]-'0'), 1
		}
		if k == 0 || p > 0 && k > 2 {
			return m, toDay, 0
		}
		parts[p], j = v, j+k
		if p < 2 {
			if s.at(j) != sep {
				return m, toDay, 0
			}
			j++
		}
	}
	if parts[1] < 1 || parts[1] > 12 || parts[2] < 1 || parts[2] > 31 || isDigit(s.at(j)) && s.gaps[j] == gapNone {
		return m, toDay, 0
	}
	return moment{year: parts[0], month: parts[1], day: parts[2]}, toDay, j - i
}

// numericDay reads the 5.14 of 2021.5.8-5.14; sep is the separator of the first date.
func (s *source) numericDay(i int, sep rune) (month, day, n int) {
	if sep != '.' && sep != '/' {
		return 0, 0, 0
	}
	month, a := s.arabic(i)
	if a == 0 || a > 2 || s.at(i+a) != sep {
		return 0, 0, 0
	}
	day, b := s.arabic(i + a + 1)
	if b == 0 || b > 2 || month < 1 || month > 12 || day < 1 || day > 31 || s.at(i+a+1+b) == sep {
		return 0, 0, 0
	}
	return month, day, a + 1 + b
}
