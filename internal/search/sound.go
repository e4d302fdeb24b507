package search

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// Sounds stand in the same index as words. A sound's token begins with a character that no word has:
// both tokenizers take it for a letter, and pieces never contain it.
const (
	soundMark   = "¬" // ¬kai·fang, ¬fang· for the last
	initialMark = "¦" // ¦kfxy, ¦fxy, ¦xy, ¦y
	soundJoint  = "·"
)

// window is how many initials make a token: four letters part names well enough, and two or three are
// looked for as the beginning of one.
const window = 4

// readings are the sounds of characters that have more than one in names of places, schools and
// activities. The dictionary's first is taken for all others: it knows no context, and every rare
// reading of every character would make the index three times as large.
var readings = map[rune][]string{
	'长': {"chang", "zhang"}, '重': {"zhong", "chong"}, '行': {"xing", "hang"}, '乐': {"le", "yue"}, '校': {"xiao", "jiao"},
	'都': {"du", "dou"}, '会': {"hui", "kuai"}, '调': {"diao", "tiao"}, '传': {"chuan", "zhuan"}, '藏': {"cang", "zang"},
	'朝': {"chao", "zhao"}, '单': {"dan", "shan"}, '厦': {"sha", "xia"}, '曾': {"zeng", "ceng"}, '模': {"mo", "mu"},
	'率': {"lv", "shuai"}, '参': {"can", "shen"}, '弹': {"dan", "tan"}, '的': {"de", "di"}, '地': {"di", "de"},
	'了': {"le", "liao"}, '着': {"zhe", "zhuo"}, '还': {"hai", "huan"}, '给': {"gei", "ji"}, '觉': {"jue", "jiao"},
	'角': {"jiao", "jue"}, '降': {"jiang", "xiang"}, '解': {"jie", "xie"}, '壳': {"ke", "qiao"}, '露': {"lu", "lou"},
	'绿': {"lv", "lu"}, '没': {"mei", "mo"}, '泊': {"bo", "po"}, '省': {"sheng", "xing"}, '石': {"shi", "dan"},
	'识': {"shi", "zhi"}, '车': {"che", "ju"}, '提': {"ti", "di"}, '系': {"xi", "ji"}, '血': {"xue", "xie"},
	'阿': {"a", "e"}, '薄': {"bo", "bao"}, '便': {"bian", "pian"}, '畜': {"chu", "xu"}, '大': {"da", "dai"},
	'度': {"du", "duo"}, '合': {"he", "ge"}, '和': {"he", "huo"}, '柏': {"bai", "bo"}, '说': {"shuo", "shui"},
	'宿': {"su", "xiu"}, '拓': {"tuo", "ta"}, '叶': {"ye", "xie"}, '伯': {"bo", "bai"}, '盛': {"sheng", "cheng"},
	'六': {"liu", "lu"}, '台': {"tai"}, '番': {"fan", "pan"}, '什': {"shen", "shi"}, '洞': {"dong", "tong"},
	'轧': {"zha", "ya"}, '粘': {"nian", "zhan"}, '择': {"ze", "zhai"}, '熟': {"shu", "shou"}, '似': {"si", "shi"},
	'沈': {"shen", "chen"}, '女': {"nv"}, '旅': {"lv"}, '律': {"lv"}, '吕': {"lv"}, '铝': {"lv"}, '履': {"lv"}, '略': {"lve"},
}

// soundsOf gives the toneless readings of a Han character, none of any other.
func soundsOf(r rune) []string {
	if said, ok := readings[r]; ok {
		return said
	}
	if !unicode.Is(unicode.Han, r) {
		return nil
	}
	args := pinyin.NewArgs()
	said := pinyin.SinglePinyin(r, args)
	if len(said) == 0 {
		return nil
	}
	return []string{strings.ReplaceAll(said[0], "ü", "v")}
}

// speech is a run with the readings of each character; a run parts where a character has none.
func speech(p piece) (spoken [][][]string) {
	if !p.run {
		return nil
	}
	var now [][]string
	for _, r := range p.text {
		said := soundsOf(r)
		if said == nil {
			if len(now) > 0 {
				spoken = append(spoken, now)
			}
			now = nil
			continue
		}
		now = append(now, said)
	}
	if len(now) > 0 {
		spoken = append(spoken, now)
	}
	return spoken
}

// soundTokens gives what the sounds of a name are filed under.
func soundTokens(p piece, add func(token string)) {
	for _, said := range speech(p) {
		for i, readings := range said {
			for _, first := range readings {
				if i == len(said)-1 {
					add(soundMark + first + soundJoint)
					continue
				}
				for _, second := range said[i+1] {
					add(soundMark + first + soundJoint + second)
				}
			}
			initials("", said[i:min(i+window, len(said))], func(s string) { add(initialMark + s) })
		}
	}
}

func initials(before string, said [][]string, add func(string)) {
	if len(said) == 0 {
		add(before)
		return
	}
	var seen []byte
	for _, reading := range said[0] {
		if c := reading[0]; !slices.Contains(seen, c) {
			seen = append(seen, c)
			initials(before+string(c), said[1:], add)
		}
	}
}

// syllables are all toneless sounds that some character has, grunts (ng, hm) apart.
var syllables = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for r := range pinyin.PinyinDict {
		for _, said := range soundsOf(rune(r)) {
			if strings.ContainsAny(said, "aeiouv") {
				all[said] = true
			}
		}
	}
	for _, list := range readings {
		for _, said := range list {
			all[said] = true
		}
	}
	return all
})

const (
	longestSyllable = 6  // zhuang
	maxReadings     = 8  // of one text in Latin letters: xian is xian and xi an
	maxSyllables    = 24 // of one term
)

// spell parts Latin letters into syllables so that nothing is left over, in at most maxReadings ways: with
// as few syllables as possible, or one more, which is what xian and xi an differ by.
func spell(letters string) (ways [][]string) {
	const never = maxSyllables + 1
	if len(letters) > longestSyllable*maxSyllables {
		return nil
	}
	fewest := make([]int, len(letters)+1) // from each place to the end
	for at := len(letters) - 1; at >= 0; at-- {
		fewest[at] = never
		for n := 1; n <= min(longestSyllable, len(letters)-at); n++ {
			if syllables()[letters[at:at+n]] {
				fewest[at] = min(fewest[at], 1+fewest[at+n])
			}
		}
	}
	var walk func(at int, said []string, left int)
	walk = func(at int, said []string, left int) {
		if at == len(letters) {
			ways = append(ways, slices.Clone(said))
			return
		}
		for n := min(longestSyllable, len(letters)-at); n > 0 && len(ways) < maxReadings; n-- {
			if syllables()[letters[at:at+n]] && fewest[at+n] < left {
				walk(at+n, append(said, letters[at:at+n]), left-1)
			}
		}
	}
	if fewest[0] <= maxSyllables {
		walk(0, nil, fewest[0])
		more := ways
		ways = nil
		walk(0, nil, fewest[0]+1)
		ways = append(more, slices.DeleteFunc(ways, func(way []string) bool { return len(way) == fewest[0] })...)
	}
	return ways[:min(len(ways), maxReadings)]
}
