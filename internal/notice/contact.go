package notice

var (
	phoneLabels = lex(`
		电话 手机 联系方式 致电 热线 联系人 咨询 Tel TEL tel 来电 电联 拨打 联系 办公室： 负责人 总机 小灵通
		座机`)
	faxLabels  = lex("传真电话 传真号码 传真 Fax FAX fax")
	bothLabels = lex(`
		电话/传真 电话（传真） 电话及传真 电话传真 传真/电话 电话、传真 （传真）电话 电话（兼传真）`)
	noPhone = lex(`
		邮编 邮政编码 QQ群 QQ qq 账号 帐号 账户 卡号 群号 编号 代码 网址 微信号 统一社会信用代码 http www 税号
		开户行 行号 证号 ISSN ISBN 会议号 会议ID 密码 ID：`)
)

// phoneScope is how far behind its label a bare number still counts as a telephone.
const phoneScope = 60

// readPhones finds telephone and mobile numbers in [from, to), as printed, each once.
// Numbers marked as fax are left out, whether the mark stands before or behind.
func (s *source) readPhones(from, to int) []Text {
	var found []rng
	label, fax, other := -1000, false, false // the label in force, and where it was read
	for i := from; i < to; {
		if s.gaps[i] >= gapBlank {
			label = -1000
		}
		if n := bothLabels.at(s.c, i, to); n > 0 {
			label, fax, other = i+n, false, false
			i += n
			continue
		}
		if n := faxLabels.at(s.c, i, to); n > 0 {
			if s.at(i-1) == '（' && s.at(i+n) == '）' || s.at(i-1) == '/' && label > i-6 {
				k := len(found)
				if s.at(i-1) == '（' && isDigit(s.at(i+n+1)) && s.gaps[i+n+1] == gapNone { // (传真)86730000
					label, fax, other = i+n+1, true, false
				} else if k > 0 && s.at(i-1) == '（' && i-found[k-1].to <= 2 { // (传真) speaks of the number before it
					found = found[:k-1]
				}
			} else {
				label, fax, other = i+n, true, false
			}
			i += n
			continue
		}
		if n := phoneLabels.at(s.c, i, to); n > 0 {
			label, fax, other = i+n, false, false
			i += n
			continue
		}
		if n := noPhone.at(s.c, i, to); n > 0 {
			label, fax, other = -1000, false, true
			i += n
			continue
		}
		r := s.c[i]
		if r == '。' && s.gaps[i] == gapNone || r == '；' && other {
			fax, other = false, false
			if i-label < phoneScope && r == '。' {
				label = -1000
			}
		}
		if !(isDigit(r) || r == '（' && s.at(i+1) == '0' || r == '+') || i > from && (isWord(s.c[i-1]) && s.gaps[i] == gapNone && !isDigit(r) || isMasked(s.c[i-1]) && s.gaps[i] == gapNone) {
			i++
			continue
		}
		n, strong := s.phoneAt(i, to, label >= 0 && i-label <= phoneScope)
		if n == 0 && !isDigit(r) {
			i++
			continue
		}
		if n == 0 {
			for i++; i < to && isMasked(s.c[i]) && s.gaps[i] == gapNone; i++ {
			}
			continue
		}
		// Numbers glued together are read one after the other.
		near := label >= 0 && i-label <= phoneScope
		if !fax && !other && (near || strong) {
			found = append(found, rng{i, i + n})
			if near {
				label = i + n
			}
		} else if near && fax {
			label = i + n
		}
		i += n
		for i < to && isDigit(s.c[i]) && s.gaps[i] == gapNone {
			if n, _ := s.phoneAt(i, to, near); n > 0 && !fax && !other {
				found = append(found, rng{i, i + n})
				i += n
			} else {
				break
			}
		}
	}
	var out []Text
	for _, p := range s.distinct(found) {
		out = append(out, s.text(p.from, p.to, Sure))
	}
	return out
}

// isMasked tells whether r may stand in a number: digits, and what masks them.
func isMasked(r rune) bool { return isDigit(r) || r == 'X' || r == 'x' || r == '*' || r == '×' }

func isPhoneDash(r rune) bool { return r == '-' || r == '—' || r == '一' || r == '~' }

// run counts digits of a number from i; a blank ends it where enough have been read.
func (s *source) run(i, to, enough int) int {
	n := 0
	for i+n < to && isMasked(s.c[i+n]) && n < 30 {
		if n > 0 && s.gaps[i+n] > gapNone && (n >= enough || s.gaps[i+n] > gapThin && !s.wraps(i+n)) {
			break
		}
		n++
	}
	return n
}

// phoneAt reads a number at c[i]: mobile, 0731-84710000, (0731)84710000, 400-800-1234,
// 84710000, 91812-1234, each with an extension. strong is true for a shape that is a
// telephone even without a label.
func (s *source) phoneAt(i, to int, labelled bool) (n int, strong bool) {
	j := i
	if s.at(j) == '+' || s.at(j) == '8' && s.at(j+1) == '6' && isPhoneDash(s.at(j+2)) {
		for j < to && (s.c[j] == '+' || isDigit(s.c[j])) && j < i+3 {
			j++
		}
		if j < to && isPhoneDash(s.c[j]) {
			j++
		}
		if n, strong := s.phoneAt(j, to, labelled); n > 0 && s.at(j) != '+' {
			return j + n - i, strong
		}
		return 0, false
	}
	bracket := s.at(j) == '（'
	if bracket {
		j++
	}
	switch {
	case s.at(j) == '0':
		area := 0
		for j+area < to && isDigit(s.c[j+area]) && area < 4 && (area == 0 || s.gaps[j+area] == gapNone) {
			area++
		}
		for _, size := range [...]int{4, 3} {
			if size > area || size == 4 && isThreeDigitArea(s.c[j:j+3]) {
				continue
			}
			k := j + size
			if bracket && s.at(k) != '）' {
				continue
			}
			dashes := 0
			for k < to && dashes < 3 && (isPhoneDash(s.c[k]) || s.c[k] == '）' || s.c[k] == '/') {
				k++
				dashes++
			}
			rest := s.run(k, to, 7)
			local := localLength(rest, s.c, k)
			if local > 0 {
				k += local
				return s.extension(k, to) - i, dashes > 0
			}
		}
		return 0, false
	case bracket:
		return 0, false
	case s.at(j) == '1' && '3' <= s.at(j+1) && s.at(j+1) <= '9':
		rest := s.run(j, to, 11)
		digits := 0
		for k := j; k < j+rest && isDigit(s.c[k]); k++ {
			digits++
		}
		if rest >= 11 && digits >= 3 {
			return 11, true
		}
	case (s.at(j) == '4' || s.at(j) == '8') && s.at(j+1) == '0' && s.at(j+2) == '0':
		k, count := j+3, 3
		for k < to && count < 10 && (isMasked(s.c[k]) || isPhoneDash(s.c[k])) {
			if isMasked(s.c[k]) {
				count++
			}
			k++
		}
		if count == 10 && (k >= to || !isDigit(s.c[k]) || s.gaps[k] > gapNone) {
			return s.extension(k, to) - i, true
		}
	}
	if !labelled {
		return 0, false
	}
	rest := s.run(j, to, 7)
	if rest >= 3 && rest <= 6 && isPhoneDash(s.at(j+rest)) && s.at(j) != '0' {
		tail := s.run(j+rest+1, to, 4)
		if total := rest + tail; tail >= 4 && tail <= 8 && total >= 7 && total <= 12 {
			return rest + 1 + tail, false
		}
	}
	if (rest == 7 || rest == 8) && isDigit(s.at(j)) && s.at(j+rest) != '年' && s.at(j) != '0' {
		return s.extension(j+rest, to) - i, false
	}
	return 0, false
}

func isThreeDigitArea(c []rune) bool {
	return len(c) == 3 && c[0] == '0' && (c[1] == '1' && c[2] == '0' || c[1] == '2' && c[2] != '6')
}

// localLength tells how many of rest digits at c[k] are the local number: 7 or 8, also
// where another number is glued behind.
func localLength(rest int, c []rune, k int) int {
	switch {
	case rest == 7 || rest == 8:
		return rest
	case rest > 8:
		for _, n := range [...]int{8, 7} {
			if left := rest - n; left == 11 && c[k+n] == '1' || left >= 10 && c[k+n] == '0' || left == n {
				return n
			}
		}
	}
	return 0
}

// extension steps over -8012, 转8012.
func (s *source) extension(k, to int) int {
	if k >= to {
		return k
	}
	if s.c[k] == '转' || isPhoneDash(s.c[k]) {
		n := 0
		for k+1+n < to && isMasked(s.c[k+1+n]) && (n == 0 || s.gaps[k+1+n] == gapNone) && n < 6 {
			n++
		}
		if n >= 2 && n <= 5 {
			return k + 1 + n
		}
	}
	return k
}

// readEmails finds mail addresses in [from, to), as printed, each once. A blank beside
// @ or the point is OCR's.
func (s *source) readEmails(from, to int) []Text {
	var found []rng
	for i := from; i < to; i++ {
		if s.c[i] != '@' {
			continue
		}
		a := i
		for a > from && isMailRune(s.c[a-1]) && (a == i || s.gaps[a] == gapNone || s.wraps(a) && !s.endsInNumber(a)) && i-a < 64 {
			a--
		}
		for a < i && !isWord(s.c[a]) && s.c[a] != '*' {
			a++
		}
		b, dot := i+1, -1
		for b < to && (isWord(s.c[b]) || s.c[b] == '-' || s.c[b] == '.' || s.c[b] == '*') && b-i < 80 {
			if b > i+1 && s.gaps[b] > gapNone && s.c[b-1] != '.' && s.c[b] != '.' && !s.wraps(b) {
				break
			}
			if s.c[b] == '.' {
				if b == i+1 || s.c[b-1] == '.' {
					break
				}
				dot = b
			}
			b++
		}
		for b > i && (s.c[b-1] == '.' || s.c[b-1] == '-') {
			b--
		}
		if dot >= b || dot < 0 {
			continue
		}
		// The last label has letters only: what OCR glued behind it is cut off.
		end := dot + 1
		for end < b && isLatin(s.c[end]) {
			end++
		}
		if end-dot < 3 || a == i {
			continue
		}
		found = append(found, rng{a, end})
	}
	var out []Text
	for _, p := range s.distinct(found) {
		out = append(out, s.text(p.from, p.to, Sure))
	}
	return out
}

// wraps tells whether a page width broke the line in front of c[i].
func (s *source) wraps(i int) bool {
	return i > 0 && s.gaps[i] == gapLine && s.lineOf(i-1).len() >= wrappedMail
}

// wrappedMail is the shortest line that a page width is taken to have broken within a
// number or address.
const wrappedMail = 26

// endsInNumber tells whether a telephone number stands in front of c[i].
func (s *source) endsInNumber(i int) bool {
	n := 0
	for i-n > 0 && (isDigit(s.c[i-n-1]) || s.c[i-n-1] == '-') {
		n++
	}
	return n >= 6
}

func isMailRune(r rune) bool {
	return isWord(r) || r == '.' || r == '_' || r == '-' || r == '+' || r == '%' || r == '*'
}
