package paper

import (
	"errors"
	"testing"
)

func builtFace(t *testing.T) *face {
	t.Helper()
	faces, err := builtFaces()
	if errors.Is(err, ErrNoFont) {
		t.Skip("the font is not built: run npm ci && npm run build")
	}
	if err != nil {
		t.Fatal(err)
	}
	return faces[regular]
}

func TestTheFontHasWhatDocumentsUse(t *testing.T) {
	t.Parallel()
	f := builtFace(t)
	for _, r := range "〔2020〕●◐○△〓•“”‘’——……、，。；：？！（）《》【】·①䶮𫖯ABCxyz0189%￥" {
		if f.glyph(r) == 0 {
			t.Errorf("%c (%U) is not in it", r, r)
		}
	}
	if f.glyph('😀') != 0 || f.glyph(-1) != 0 || f.glyph(0x10FFFF) != 0 {
		t.Error("it has what no font of text has")
	}
}

// A subset is read again with the reader of whole fonts, given a table of the full repertoire.
func TestASubsetKeepsOutlinesAndWidths(t *testing.T) {
	t.Parallel()
	f := builtFace(t)
	codes := map[rune]uint16{'周': '周', 'é': 'é', '1': '1', '𫖯': 0xE000}
	data := f.subset(codes)
	if len(data) > 8<<10 {
		t.Errorf("%d bytes for four characters", len(data))
	}
	tables := map[string][]byte{}
	for i := range u16(data, 4) {
		record := data[12+16*i:]
		tables[string(record[:4])] = data[u32(record, 8) : u32(record, 8)+u32(record, 12)]
	}
	segments := u16(tables["cmap"], 12+6) / 2
	at := func(table, i int) int { return u16(tables["cmap"], 12+14+2*i+table*2*segments+2*min(table, 1)) }
	found := map[int]int{}
	for i := range segments - 1 {
		found[at(0, i)] = (at(1, i) + at(2, i)) & 0xFFFF
	}
	for r, code := range codes {
		id := found[int(code)]
		if id == 0 {
			t.Errorf("%c is not in the subset", r)
			continue
		}
		if got, want := u16(tables["hmtx"], 4*id), u16(f.tables["hmtx"], 4*f.glyph(r)); got != want {
			t.Errorf("%c is %d wide, was %d", r, got, want)
		}
		old := f.loca(f.glyph(r)+1) - f.loca(f.glyph(r))
		if got := u32(tables["loca"], 4*id+4) - u32(tables["loca"], 4*id); got < old || got > old+3 {
			t.Errorf("the outline of %c has %d bytes, had %d", r, got, old)
		}
	}
}

func TestParseFaceRefusesWhatIsNoFont(t *testing.T) {
	t.Parallel()
	for _, data := range [][]byte{nil, []byte("ttcf"), make([]byte, 1000), []byte("\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00head\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff")} {
		if _, err := parseFace(data); !errors.Is(err, errFont) {
			t.Errorf("%q: %v", data, err)
		}
	}
}
