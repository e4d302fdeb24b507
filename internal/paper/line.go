package paper

import "strings"

// Lines of Chinese text break between any two characters, except where GB/T 15834-2011 (标点符号用法,
// 5.1) forbids it: marks that close or pause do not begin a line, marks that open do not end one, and
// the two halves of a dash or an ellipsis stay together. Words of Latin letters and numbers are not cut.

const (
	notAtHead = "，。、；：？！·～’”）》」』】〕〉］｝〗〙〛々ー％‰℃°,.;:?!)]}%-–/"
	notAtTail = "‘“（《「『【〔〈［｛〖〘〚([{￥¥$№"
)

// glyph is a character as it stands in a line.
type glyph struct {
	r   rune
	run int32   // index of its run
	w   float32 // points
}

// wide tells whether lines may break beside the character: Han characters and all that is not a word.
func wide(r rune) bool { return r >= 0x2000 }

// breaks tells whether a line may end between two characters.
func breaks(a, b rune) bool {
	switch {
	case b == ' ':
		return false
	case strings.ContainsRune(notAtHead, b) && wide(a), strings.ContainsRune(notAtTail, a):
		return false
	case a == b && (a == '—' || a == '…' || a == '⸺'):
		return false
	case a == ' ':
		return true
	case a == '–' && '0' <= b && b <= '9': // 14:00–15:30
		return false
	case strings.ContainsRune(notAtHead, b):
		return false
	}
	return wide(a) || wide(b)
}

// fill gives how many of the characters fit into a line of that width. Spaces may hang over the end. A
// word that is longer than the line is cut.
func fill(line []glyph, width float32) int {
	sum := float32(0)
	for i, g := range line {
		sum += g.w
		if sum <= width+0.01 || g.r == ' ' {
			continue
		}
		for at := i; at > 0; at-- {
			if breaks(line[at-1].r, line[at].r) {
				return at
			}
		}
		return max(i, 1)
	}
	return len(line)
}

// trim cuts the spaces at the end of a line and gives its width.
func trim(line []glyph) (rest []glyph, width float32) {
	for len(line) > 0 && line[len(line)-1].r == ' ' {
		line = line[:len(line)-1]
	}
	for _, g := range line {
		width += g.w
	}
	return line, width
}
