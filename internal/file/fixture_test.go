package file

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/blob"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

var noon = time.Date(2020, 7, 3, 12, 0, 0, 0, clock.Shanghai)

// house is a file service on a store of its own, for two units.
type house struct {
	*Service
	db    *sqldb.DB
	blobs blob.Store
	now   *clock.Manual
	ring  *seal.Ring
	own   actor.Actor
	other actor.Actor
}

func staff() actor.Actor {
	return actor.Actor{Class: actor.Staff, PersonID: id.New(), UnitID: id.New(), Roles: []actor.Role{actor.RoleEditor}}
}

func newRing(t testing.TB) *seal.Ring {
	t.Helper()
	ring, err := seal.Create(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func build(t testing.TB, db *sqldb.DB, blobs blob.Store, holders ...Holder) *house {
	t.Helper()
	now, ring := clock.NewManual(noon), newRing(t)
	return &house{
		Service: NewService(db, now, audit.New(db, ring, now), blobs, t.TempDir(), holders...),
		db:      db, blobs: blobs, now: now, ring: ring, own: staff(), other: staff(),
	}
}

func disk(t testing.TB) *blob.Disk {
	t.Helper()
	d, err := blob.OpenDisk(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// in runs a test on both engines and compares rows and blobs afterwards.
func in(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		var h *house
		blobs := disk(t) // closed after the store, which is verified when it closes
		db := sqldbtest.Open(t, sqldbtest.New(t, engine), func(ctx context.Context, q sqldb.Querier) error { return h.Verify(ctx, q) })
		h = build(t, db, blobs)
		fn(t, h)
	})
}

// alone gives a house that is not verified at the end: for tests that harm it.
func alone(t *testing.T, holders ...Holder) *house {
	t.Helper()
	return build(t, sqldbtest.Open(t, sqldbtest.New(t, sqldb.SQLite)), disk(t), holders...)
}

func (h *house) upload(t testing.TB, a actor.Actor, name, content string) File {
	t.Helper()
	f, err := h.Upload(t.Context(), a, Upload{Name: name, Reader: strings.NewReader(content), Purpose: Attachment})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (h *house) write(t testing.TB, fn func(tx *sqldb.Tx) error) error {
	t.Helper()
	return h.db.Write(t.Context(), fn)
}

func (h *house) attach(t testing.TB, a actor.Actor, fileID string, s Subject) error {
	t.Helper()
	return h.write(t, func(tx *sqldb.Tx) error { return h.AttachTx(t.Context(), tx, a, fileID, s) })
}

func (h *house) stored(t testing.TB) (list []blob.Ref) {
	t.Helper()
	if err := h.blobs.List(t.Context(), func(r blob.Ref) error { list = append(list, r); return nil }); err != nil {
		t.Fatal(err)
	}
	return list
}

func (h *house) sweep(t testing.TB) Swept {
	t.Helper()
	swept, err := h.Sweep(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return swept
}

func wants(t testing.TB, err error, key string, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, key) || errs.KindOf(err) != kind {
		t.Errorf("got %v, want %s (%s)", err, key, kind)
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// readers reads subjects by id for the units named.
type readers map[string][]string

func (r readers) MayRead(_ context.Context, _ sqldb.Querier, a actor.Actor, s Subject) (bool, error) {
	return slices.Contains(r[s.ID], a.UnitID), nil
}

func archive(t testing.TB, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		f, err := w.Create(parts[i])
		ok(t, err)
		_, err = io.WriteString(f, parts[i+1])
		ok(t, err)
	}
	ok(t, w.Close())
	return b.String()
}

// office makes a package whose main part has a content type.
func office(t testing.TB, part, contentType string, more ...string) string {
	t.Helper()
	list := `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/` + part + `" ContentType="` + contentType + `"/></Types>`
	return archive(t, append([]string{"[Content_Types].xml", list, part, "<x/>"}, more...)...)
}

const (
	wordMain  = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
	excelMain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
	slideMain = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
	pdf       = "%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
	exe       = "MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00"
	place     = "N 28.2282 E 112.9388 示例手机"
)

func pixels() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 40, 24))
	for y := range 24 {
		for x := range 40 {
			m.Set(x, y, color.RGBA{uint8(6 * x), uint8(9 * y), 120, 255})
		}
	}
	return m
}

func plainJPEG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	ok(t, jpeg.Encode(&b, pixels(), nil))
	return b.Bytes()
}

func segment(code byte, body string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, code}, uint16(len(body)+2)), body...)
}

// exif is an Exif segment with an orientation and a place.
func exif(orientation byte) []byte {
	return segment(0xe1, "Exif\x00\x00II*\x00\x08\x00\x00\x00\x02\x00"+
		"\x12\x01\x03\x00\x01\x00\x00\x00"+string([]byte{orientation, 0, 0, 0})+
		"\x25\x88\x04\x00\x01\x00\x00\x00\x26\x00\x00\x00"+"\x00\x00\x00\x00"+place)
}

// phoneJPEG is a picture as a phone takes it: with place, comment, a preview, and a film behind the end.
func phoneJPEG(t testing.TB) []byte {
	plain := plainJPEG(t)
	return slices.Concat(plain[:2], exif(6), segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x>"+place+"</x>"), segment(0xed, "Photoshop 3.0\x00"+place),
		segment(0xe2, "MPF\x00"+place), segment(0xfe, place), plain[2:], []byte("film "+place))
}

func plainPNG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	ok(t, png.Encode(&b, pixels()))
	return b.Bytes()
}

func chunk(name, body string) []byte {
	c := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	c = append(c, name+body...)
	return binary.BigEndian.AppendUint32(c, crc32.ChecksumIEEE(c[4:]))
}

func phonePNG(t testing.TB) []byte {
	plain := plainPNG(t)
	const header = 8 + 25
	return slices.Concat(plain[:header], chunk("tEXt", "Place\x00"+place), chunk("eXIf", place), plain[header:], []byte(place))
}

func riff(parts ...string) string {
	body := "WEBP"
	for i := 0; i < len(parts); i += 2 {
		body += parts[i] + string(binary.LittleEndian.AppendUint32(nil, uint32(len(parts[i+1])))) + parts[i+1]
		if len(parts[i+1])%2 == 1 {
			body += "\x00"
		}
	}
	return "RIFF" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body
}

// dot is a lossless WebP of one pixel.
const dot = "/\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
