package paper

import (
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
)

//go:embed all:dist
var dist embed.FS

// ErrNoFont says that the font was not built into this binary.
var ErrNoFont = errors.New("paper: the font is not built in; run `npm ci && npm run build` and build again")

// Check gives ErrNoFont if this binary can write no PDF, or what is wrong with its font.
func Check() error {
	_, err := builtFaces()
	return err
}

// weight is a weight of the font.
type weight int

const (
	regular weight = iota
	bold
)

var weightNames = [...]string{regular: "regular", bold: "bold"}

// builtFaces reads the tables of the font once. The PDF library would read all 30,000 characters again
// for every file, and so never gets to see more than the characters of one: see subset.
var builtFaces = sync.OnceValues(func() (faces [2]*face, err error) {
	for w, name := range weightNames {
		data, err := dist.ReadFile("dist/" + name + ".ttf")
		if errors.Is(err, fs.ErrNotExist) {
			return faces, ErrNoFont
		}
		if err != nil {
			return faces, err
		}
		if faces[w], err = parseFace(data); err != nil {
			return faces, fmt.Errorf("paper: %s: %w", name, err)
		}
	}
	return faces, nil
})

// face is a TrueType font (OpenType 1.9 with glyf outlines).
type face struct {
	tables map[string][]byte
	em     int             // units of one em
	codes  []uint16        // character below U+10000 → glyph, 0 for none
	rare   map[rune]int    // other characters → glyph
	loca   func(i int) int // glyph → offset in glyf
	count  int             // glyphs
}

var errFont = errors.New("not a TrueType font that can be used")

// parseFace reads the font. A font comes with the program, so a broken one is a mistake of the build;
// what it would make the reader do is caught as an error.
func parseFace(data []byte) (f *face, err error) {
	defer func() {
		if p := recover(); p != nil {
			f, err = nil, fmt.Errorf("%w: %v", errFont, p)
		}
	}()
	f = &face{tables: map[string][]byte{}, codes: make([]uint16, 1<<16), rare: map[rune]int{}}
	for i := range int(u16(data, 4)) {
		record := data[12+16*i:]
		offset := u32(record, 8)
		f.tables[string(record[:4])] = data[offset : offset+u32(record, 12)]
	}
	f.em, f.count = u16(f.tables["head"], 18), u16(f.tables["maxp"], 4)
	loca := f.tables["loca"]
	if long := u16(f.tables["head"], 50) == 1; long {
		f.loca = func(i int) int { return u32(loca, 4*i) }
	} else {
		f.loca = func(i int) int { return 2 * u16(loca, 2*i) }
	}
	if u16(f.tables["hhea"], 34) != f.count || len(f.tables["hmtx"]) < 4*f.count || f.loca(f.count) > len(f.tables["glyf"]) || f.em == 0 {
		return nil, errFont
	}
	return f, f.parseCmap()
}

// parseCmap reads the full repertoire (format 12).
func (f *face) parseCmap() error {
	cmap := f.tables["cmap"]
	for i := range u16(cmap, 2) {
		table := cmap[u32(cmap, 4+8*i+4):]
		if u16(table, 0) != 12 {
			continue
		}
		for n := range u32(table, 12) {
			group := table[16+12*n:]
			first, last, id := u32(group, 0), u32(group, 4), u32(group, 8)
			for c := first; c <= last; c++ {
				if c < len(f.codes) {
					f.codes[c] = uint16(id + c - first)
				} else {
					f.rare[rune(c)] = id + c - first
				}
			}
		}
		return nil
	}
	return errFont
}

// glyph gives the number of a character's glyph, 0 where the font has none.
func (f *face) glyph(r rune) int {
	if r < 0 || int(r) >= len(f.codes) {
		return f.rare[r]
	}
	return int(f.codes[r])
}

// width is a character's in ems.
func (f *face) width(r rune) float32 {
	return float32(u16(f.tables["hmtx"], 4*f.glyph(r))) / float32(f.em)
}

// subset gives a font that has no other characters than these, by the codes (below U+10000) under which
// a file knows them. Checksums are left out: the PDF library cuts the font once more and makes its own.
func (f *face) subset(codes map[rune]uint16) []byte {
	old := []int{0}
	renumbered := map[int]int{0: 0}
	take := func(id int) {
		if _, ok := renumbered[id]; !ok && id < f.count {
			renumbered[id] = len(old)
			old = append(old, id)
		}
	}
	byCode := map[uint16]int{}
	for r, code := range codes {
		byCode[code] = f.glyph(r)
	}
	order := make([]uint16, 0, len(byCode))
	for code := range byCode {
		order = append(order, code)
	}
	slices.Sort(order)
	for _, code := range order {
		take(byCode[code])
	}
	var glyf, loca, hmtx []byte
	for i := 0; i < len(old); i++ { // grows by the parts of composed glyphs
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		hmtx = append(hmtx, f.tables["hmtx"][4*old[i]:4*old[i]+4]...)
		outline := slices.Clone(f.tables["glyf"][f.loca(old[i]):f.loca(old[i]+1)])
		for _, at := range parts(outline) {
			take(u16(outline, at))
			binary.BigEndian.PutUint16(outline[at:], uint16(renumbered[u16(outline, at)]))
		}
		glyf = append(glyf, outline...)
		glyf = append(glyf, make([]byte, -len(glyf)&3)...)
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))

	cut := map[string][]byte{"glyf": glyf, "loca": loca, "hmtx": hmtx}
	for _, name := range []string{"OS/2", "head", "hhea", "maxp", "name", "post", "prep"} {
		cut[name] = slices.Clone(f.tables[name])
	}
	binary.BigEndian.PutUint16(cut["head"][50:], 1) // long loca
	binary.BigEndian.PutUint16(cut["hhea"][34:], uint16(len(old)))
	binary.BigEndian.PutUint16(cut["maxp"][4:], uint16(len(old)))
	cut["cmap"] = cmap4(order, func(code uint16) int { return renumbered[byCode[code]] })
	return assemble(cut)
}

// parts gives where in an outline the numbers of other glyphs stand of which it is composed.
func parts(outline []byte) (at []int) {
	if len(outline) < 10 || outline[0]&0x80 == 0 {
		return nil
	}
	const words, scale, more, scaleXY, matrix = 1, 8, 0x20, 0x40, 0x80
	for i := 10; ; {
		flags := u16(outline, i)
		at = append(at, i+2)
		i += 6
		if flags&words != 0 {
			i += 2
		}
		switch {
		case flags&scale != 0:
			i += 2
		case flags&scaleXY != 0:
			i += 4
		case flags&matrix != 0:
			i += 8
		}
		if flags&more == 0 {
			return at
		}
	}
}

// cmap4 is a table of format 4 with a segment for each character.
func cmap4(order []uint16, id func(uint16) int) []byte {
	n := len(order) + 1
	b := u16s(nil, 0, 1, 3, 1, 0, 12, 4, 16+8*n, 0, 2*n, 0, 0, 0)
	var ends, starts, deltas []byte
	for _, code := range order {
		ends, starts = u16s(ends, int(code)), u16s(starts, int(code))
		deltas = u16s(deltas, id(code)-int(code))
	}
	b = u16s(append(b, ends...), 0xFFFF, 0)
	b = u16s(append(b, starts...), 0xFFFF)
	b = u16s(append(b, deltas...), 1)
	return append(b, make([]byte, 2*n)...)
}

// assemble makes a file of the tables.
func assemble(tables map[string][]byte) []byte {
	names := make([]string, 0, len(tables))
	for name := range tables {
		names = append(names, name)
	}
	slices.Sort(names)
	b := u16s([]byte{0, 1, 0, 0}, len(names), 0, 0, 0)
	offset := len(b) + 16*len(names)
	for _, name := range names {
		b = append(append(b, name...), 0, 0, 0, 0)
		b = binary.BigEndian.AppendUint32(b, uint32(offset))
		b = binary.BigEndian.AppendUint32(b, uint32(len(tables[name])))
		offset += (len(tables[name]) + 3) &^ 3
	}
	for _, name := range names {
		b = append(b, tables[name]...)
		b = append(b, make([]byte, -len(tables[name])&3)...)
	}
	return b
}

func u16(b []byte, at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
func u32(b []byte, at int) int { return int(binary.BigEndian.Uint32(b[at:])) }

func u16s(b []byte, values ...int) []byte {
	for _, v := range values {
		b = binary.BigEndian.AppendUint16(b, uint16(v))
	}
	return b
}
