package extract

import (
	"archive/zip"
	"encoding/xml"
	"strconv"
	"strings"
	"unicode/utf8"
)

// numbering renders automatic numbers (ECMA-376 part 1, 17.9). Word does not store the "一、" of a
// numbered heading as text, and a notice without it loses its structure.
type numbering struct {
	lists  map[string]*list     // by numId
	styles map[string]*numStyle // by styleId
}

// list is one numId. Lists of the same abstract definition count on together.
type list struct {
	abstract *abstractList
	restart  map[int]int // level → start of an override
	begun    map[int]bool
}

type abstractList struct {
	levels  [maxLevels]level
	counts  [maxLevels]int
	running [maxLevels]bool
	byStyle map[string]int // level that a paragraph style is tied to
}

const maxLevels = 9

type level struct {
	start  int
	format string
	text   string // "%1、", "%1.%2"
	suffix string // "tab" (also ""), "space", "nothing"
	legal  bool   // all numbers in decimal
}

type numStyle struct {
	basedOn      string
	numID, level string
}

// val is an element with nothing but w:val.
type val struct {
	Val string `xml:"val,attr"`
}

type xmlLevel struct {
	Ilvl   string `xml:"ilvl,attr"`
	Start  *val   `xml:"start"`
	NumFmt *val   `xml:"numFmt"`
	Text   *val   `xml:"lvlText"`
	Suff   *val   `xml:"suff"`
	IsLgl  *val   `xml:"isLgl"`
	PStyle *val   `xml:"pStyle"`
}

type xmlNumbering struct {
	Abstract []struct {
		ID     string     `xml:"abstractNumId,attr"`
		Levels []xmlLevel `xml:"lvl"`
	} `xml:"abstractNum"`
	Num []struct {
		ID        string `xml:"numId,attr"`
		Abstract  val    `xml:"abstractNumId"`
		Overrides []struct {
			Ilvl  string `xml:"ilvl,attr"`
			Start *val   `xml:"startOverride"`
		} `xml:"lvlOverride"`
	} `xml:"num"`
}

type xmlStyles struct {
	Style []struct {
		ID      string `xml:"styleId,attr"`
		BasedOn val    `xml:"basedOn"`
		NumID   val    `xml:"pPr>numPr>numId"`
		Level   val    `xml:"pPr>numPr>ilvl"`
	} `xml:"style"`
}

// readNumbering reads the two parts; either may be nil. A document whose numbering is damaged is
// damaged: silently dropping the numbers would change what it says.
func readNumbering(numberingPart, stylesPart *zip.File) (*numbering, error) {
	n := &numbering{lists: map[string]*list{}, styles: map[string]*numStyle{}}
	var lists xmlNumbering
	if err := decodePart(numberingPart, &lists); err != nil {
		return nil, err
	}
	var styles xmlStyles
	if err := decodePart(stylesPart, &styles); err != nil {
		return nil, err
	}
	abstracts := map[string]*abstractList{}
	for _, a := range lists.Abstract {
		abstracts[a.ID] = newAbstractList(a.Levels)
	}
	for _, x := range lists.Num {
		a := abstracts[x.Abstract.Val]
		if a == nil {
			continue
		}
		l := &list{abstract: a, restart: map[int]int{}, begun: map[int]bool{}}
		for _, o := range x.Overrides {
			if i, ok := levelIndex(o.Ilvl); ok && o.Start != nil {
				l.restart[i] = number(o.Start, 1)
			}
		}
		n.lists[x.ID] = l
	}
	for _, s := range styles.Style {
		n.styles[s.ID] = &numStyle{basedOn: s.BasedOn.Val, numID: s.NumID.Val, level: s.Level.Val}
	}
	return n, nil
}

func decodePart(f *zip.File, into any) error {
	if f == nil {
		return nil
	}
	r, done, err := openPart(f, maxSidePart)
	if err != nil {
		return err
	}
	defer done()
	if err := xml.NewDecoder(r).Decode(into); err != nil {
		return broken(err)
	}
	return nil
}

func newAbstractList(levels []xmlLevel) *abstractList {
	a := &abstractList{byStyle: map[string]int{}}
	for i := range a.levels {
		a.levels[i] = level{start: 1, format: "none"}
	}
	for _, x := range levels {
		i, ok := levelIndex(x.Ilvl)
		if !ok {
			continue
		}
		a.levels[i] = level{
			start: number(x.Start, 0), format: text(x.NumFmt, "decimal"), text: text(x.Text, ""),
			suffix: text(x.Suff, "tab"), legal: x.IsLgl != nil && text(x.IsLgl, "1") != "0",
		}
		if x.PStyle != nil {
			a.byStyle[x.PStyle.Val] = i
		}
	}
	return a
}

func levelIndex(s string) (int, bool) {
	i, err := strconv.Atoi(s)
	return i, err == nil && i >= 0 && i < maxLevels
}

func number(v *val, otherwise int) int {
	if v == nil {
		return otherwise
	}
	n, err := strconv.Atoi(v.Val)
	if err != nil {
		return otherwise
	}
	return n
}

func text(v *val, otherwise string) string {
	if v == nil || v.Val == "" {
		return otherwise
	}
	return v.Val
}

// next counts one paragraph and gives its number with what stands between it and the text, "" where
// the paragraph has none. numID and ilvl are the paragraph's own, "" where only its style may say.
func (n *numbering) next(style, numID, ilvl string) string {
	styled := ""
	// A chain of styles is short; the bound ends one that bites its tail.
	for s, hops := n.styles[style], 0; s != nil && hops < 20; s, hops = n.styles[s.basedOn], hops+1 {
		if numID == "" && s.numID != "" {
			numID = s.numID
			styled = style
		}
		if ilvl == "" && s.level != "" {
			ilvl = s.level
		}
	}
	l := n.lists[numID]
	if l == nil {
		return "" // also numId 0, which takes a style's number away
	}
	i, ok := levelIndex(ilvl)
	if !ok {
		i = 0
		if styled != "" {
			i = l.abstract.byStyle[styled]
		}
	}
	return l.count(i)
}

func (l *list) count(i int) string {
	a := l.abstract
	start, overridden := l.restart[i]
	switch {
	case overridden && !l.begun[i]:
		a.counts[i] = start
	case !a.running[i]:
		a.counts[i] = a.levels[i].start
	default:
		a.counts[i]++
	}
	l.begun[i], a.running[i] = true, true
	for deeper := i + 1; deeper < maxLevels; deeper++ {
		a.running[deeper] = false
	}
	return a.label(i)
}

func (a *abstractList) label(i int) string {
	lv := a.levels[i]
	if _, counts := numeral(lv.format, 1); !counts {
		return ""
	}
	label := lv.text
	for j := i; j >= 0; j-- {
		count, format := a.counts[j], a.levels[j].format
		if !a.running[j] {
			count = a.levels[j].start // a level that was skipped shows where it would start
		}
		if lv.legal {
			format = "decimal"
		}
		s, _ := numeral(format, count)
		label = strings.ReplaceAll(label, "%"+strconv.Itoa(j+1), s)
	}
	if label == "" || lv.suffix == "nothing" {
		return label
	}
	// After 一、 or （一） print shows no gap worth a character; after "1." it does.
	if last, _ := utf8.DecodeLastRuneInString(label); last >= 0x2E80 {
		return label
	}
	return label + " "
}
