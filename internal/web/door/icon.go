package door

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strconv"
	"sync"

	"openweek/internal/errs"
	"openweek/internal/httpx"
)

// getIcon gives the icon of the installed page, so many pixels wide: a gate that is open, in white on ink,
// within the part that every telephone leaves of it (W3C, maskable icons: the inner 80 %).
func getIcon(size int) httpx.Handler {
	draw := sync.OnceValues(func() ([]byte, error) { return drawIcon(size) })
	return func(w http.ResponseWriter, _ *httpx.Request) error {
		body, err := draw()
		if err != nil {
			return errs.Internal(err)
		}
		h := w.Header()
		h.Set("Content-Type", "image/png")
		h.Set("Cache-Control", "public, max-age=86400")
		h.Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body) // the client may be gone
		return nil
	}
}

// samples is how many points of a pixel are looked at in each direction: its edges are smooth.
const samples = 3

func drawIcon(size int) ([]byte, error) {
	picture := image.NewRGBA(image.Rect(0, 0, size, size))
	ink, white := color.RGBA{0x1C, 0x24, 0x30, 0xFF}, color.RGBA{0xFF, 0xFF, 0xFF, 0xFF}
	for y := range size {
		for x := range size {
			lit := 0
			for i := range samples * samples {
				u := (float64(x) + (float64(i%samples)+0.5)/samples) / float64(size)
				v := (float64(y) + (float64(i/samples)+0.5)/samples) / float64(size)
				if mark(u, v) {
					lit++
				}
			}
			picture.SetRGBA(x, y, mix(ink, white, lit))
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, picture)
	return out.Bytes(), err
}

func mix(a, b color.RGBA, part int) color.RGBA {
	const all = samples * samples
	one := func(x, y uint8) uint8 { return uint8((int(x)*(all-part) + int(y)*part) / all) }
	return color.RGBA{one(a.R, b.R), one(a.G, b.G), one(a.B, b.B), 0xFF}
}

// mark tells whether a point of the unit square belongs to the drawing: a frame and the tick in it.
func mark(u, v float64) bool {
	const lo, hi, thick = 0.24, 0.76, 0.06
	if u >= lo && u <= hi && v >= lo && v <= hi && (u < lo+thick || u > hi-thick || v < lo+thick || v > hi-thick) {
		return true
	}
	return near(u, v, 0.36, 0.51, 0.46, 0.62) || near(u, v, 0.46, 0.62, 0.66, 0.38)
}

// near tells whether a point is within half a stroke of a line.
func near(u, v, x1, y1, x2, y2 float64) bool {
	const half = 0.045
	dx, dy := x2-x1, y2-y1
	t := min(max(((u-x1)*dx+(v-y1)*dy)/(dx*dx+dy*dy), 0), 1)
	px, py := u-x1-t*dx, v-y1-t*dy
	return px*px+py*py <= half*half
}
