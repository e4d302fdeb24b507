package file

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"reflect"
	"strings"
	"testing"

	"openweek/internal/errs"
)

func TestJPEGLosesThePlaceAndKeepsPixelsAndOrientation(t *testing.T) {
	t.Parallel()
	p, err := rewrite(JPEG, phoneJPEG(t))
	ok(t, err)
	if p.width != 40 || p.height != 24 || !p.stripped {
		t.Errorf("%d×%d, stripped %v", p.width, p.height, p.stripped)
	}
	if bytes.Contains(p.content, []byte(place)) || bytes.Contains(p.content, []byte("28.2282")) {
		t.Error("the place is still there")
	}
	segments := p.content[2:]
	if got := exifOrientation(segments[4 : 2+binary.BigEndian.Uint16(segments[2:])]); got != 6 {
		t.Errorf("orientation %d, want 6", got)
	}
	same(t, jpeg.Decode, plainJPEG(t), p.content)
}

func TestPNGLosesThePlaceAndKeepsPixels(t *testing.T) {
	t.Parallel()
	p, err := rewrite(PNG, phonePNG(t))
	ok(t, err)
	if !bytes.Equal(p.content, plainPNG(t)) || p.width != 40 || p.height != 24 || !p.stripped {
		t.Errorf("%d bytes, %d×%d, stripped %v", len(p.content), p.width, p.height, p.stripped)
	}
}

func TestWebPLosesThePlaceAndDoesNotAnnounceIt(t *testing.T) {
	t.Parallel()
	canvas := "\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00" // Exif and XMP are announced; one pixel
	p, err := rewrite(WebP, []byte(riff("VP8X", canvas, "VP8L", dot, "EXIF", place, "XMP ", place)+place))
	ok(t, err)
	want := riff("VP8X", strings.Repeat("\x00", 10), "VP8L", dot)
	if string(p.content) != want || p.width != 1 || p.height != 1 || !p.stripped {
		t.Errorf("%q, %d×%d, stripped %v", p.content, p.width, p.height, p.stripped)
	}
}

func TestPictureWithoutAnythingBesideStaysAsItIs(t *testing.T) {
	t.Parallel()
	for kind, content := range map[Type][]byte{JPEG: plainJPEG(t), PNG: plainPNG(t), WebP: []byte(riff("VP8L", dot))} {
		if p, err := rewrite(kind, content); err != nil || !bytes.Equal(p.content, content) || p.stripped {
			t.Errorf("%s: %v, stripped %v", kind, err, p.stripped)
		}
	}
}

func same(t *testing.T, decode func(r io.Reader) (image.Image, error), a, b []byte) {
	t.Helper()
	first, err := decode(bytes.NewReader(a))
	ok(t, err)
	second, err := decode(bytes.NewReader(b))
	ok(t, err)
	if !reflect.DeepEqual(first, second) {
		t.Error("the pixels differ")
	}
}

func TestPictureThatFillsTheMemoryIsRefusedByItsDeclaredSize(t *testing.T) {
	t.Parallel()
	bomb := plainPNG(t)
	binary.BigEndian.PutUint32(bomb[16:], 20_000)
	binary.BigEndian.PutUint32(bomb[20:], 20_000)
	wide := plainJPEG(t)
	frame := bytes.Index(wide, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(wide[frame+5:], 60_000)
	for name, c := range map[string]struct {
		kind    Type
		content []byte
	}{
		"png":           {PNG, append(append(append([]byte{}, bomb[:8]...), chunk("IHDR", string(bomb[16:29]))...), bomb[33:]...)},
		"jpeg":          {JPEG, wide},
		"webp canvas":   {WebP, []byte(riff("VP8X", "\x00\x00\x00\x00\x00\x40\x00\x00\x40\x00", "VP8L", dot))},
		"webp within":   {WebP, []byte(riff("VP8X", strings.Repeat("\x00", 10), "VP8L", "/\xff\xff\xff\x0f\x00"))},
		"webp animated": {WebP, []byte(riff("VP8X", strings.Repeat("\x00", 10), "ANMF", "\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00"))},
	} {
		_, err := rewrite(c.kind, c.content)
		if !errs.Is(err, "file.too_many_pixels") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPictureThatWasCutOffIsRefused(t *testing.T) {
	t.Parallel()
	for kind, content := range map[Type][]byte{JPEG: phoneJPEG(t), PNG: plainPNG(t), WebP: []byte(riff("VP8L", dot))} {
		end := bytes.Index(content, []byte("film "))
		if end < 0 {
			end = len(content)
		}
		for n := range end - 1 {
			if _, err := rewrite(kind, content[:n]); !errs.Is(err, "file.damaged") {
				t.Fatalf("%s cut at %d: %v", kind, n, err)
			}
		}
	}
}

func TestAlteredPNGIsRefused(t *testing.T) {
	t.Parallel()
	content := plainPNG(t)
	content[len(content)/2] ^= 1
	if _, err := rewrite(PNG, content); !errs.Is(err, "file.damaged") {
		t.Error(err)
	}
}

// What is written can be read again, holds nothing of what was left out, and does not change a second time.
func FuzzRewritePicture(f *testing.F) {
	for _, seed := range [][]byte{phoneJPEG(f), plainJPEG(f), phonePNG(f), plainPNG(f), []byte(riff("VP8X", strings.Repeat("\x0c", 10), "VP8L", dot, "EXIF", "x"))} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		kind, err := typeOf(bytes.NewReader(content), int64(len(content)))
		if err != nil || !kind.Picture() {
			return
		}
		p, err := rewrite(kind, content)
		if err != nil {
			return
		}
		again, err := rewrite(kind, p.content)
		if err != nil || !bytes.Equal(again.content, p.content) || again.stripped {
			t.Fatalf("%s: %v, stripped %v", kind, err, again.stripped)
		}
		if kind == PNG {
			if c, err := png.DecodeConfig(bytes.NewReader(p.content)); err == nil && (c.Width != p.width || c.Height != p.height) {
				t.Fatalf("%d×%d, decoded %d×%d", p.width, p.height, c.Width, c.Height)
			}
		}
	})
}
