package file

import (
	"bytes"
	"encoding/binary"
	"errors"

	"openweek/internal/errs"
)

// picture is a picture written anew from the parts that make it. What else the file held (place,
// device, comments, previews, whatever was hung on behind the end) is not in it, which stripped
// tells. The pixels are not touched: they lose nothing, and a picture that decodes into more memory
// than the machine has does so nowhere in the product, because its declared size is refused.
type picture struct {
	content       []byte
	width, height int
	stripped      bool
}

// errCut says that a picture's parts do not hang together.
var errCut = errors.New("file: the picture's parts do not hang together")

// rewrite keeps of a picture what is on a list, not what is on none: a maker's new part that holds
// the place would else come along.
//
// Errors: file.damaged, file.too_many_pixels (Invalid).
func rewrite(t Type, content []byte) (p picture, err error) {
	switch t {
	case JPEG:
		p, err = rewriteJPEG(content)
	case PNG:
		p, err = rewritePNG(content)
	case WebP:
		p, err = rewriteWebP(content)
	}
	if err != nil || p.width <= 0 || p.height <= 0 {
		return picture{}, damaged(t)
	}
	if p.width > maxSide || p.height > maxSide || p.width*p.height > maxPixels {
		return picture{}, errs.Invalid("file.too_many_pixels", "limit", maxPixels/1_000_000).On("file")
	}
	p.stripped = !bytes.Equal(p.content, content)
	return p, nil
}

// JPEG (ITU-T T.81 annex B): markers are FF and a code, most with a length of two bytes behind.
const (
	jpegSOI, jpegEOI, jpegSOS = 0xd8, 0xd9, 0xda
	jpegAPP0, jpegAPP14       = 0xe0, 0xee
	jpegRST0, jpegRST7        = 0xd0, 0xd7
)

func rewriteJPEG(in []byte) (p picture, err error) {
	out := bytes.NewBuffer(make([]byte, 0, len(in)))
	out.Write([]byte{0xff, jpegSOI})
	orientation := 0
	for at := 2; ; {
		if at+2 > len(in) || in[at] != 0xff {
			return picture{}, errCut
		}
		code := in[at+1]
		switch code {
		case 0xff: // a filler
			at++
			continue
		case jpegEOI:
			if p.width == 0 {
				return picture{}, errCut
			}
			out.Write([]byte{0xff, jpegEOI})
			p.content = withOrientation(out.Bytes(), orientation)
			return p, nil
		}
		if at+4 > len(in) {
			return picture{}, errCut
		}
		end := at + 2 + int(binary.BigEndian.Uint16(in[at+2:]))
		if end < at+4 || end > len(in) {
			return picture{}, errCut
		}
		body := in[at+4 : end]
		switch {
		case code >= 0xc0 && code <= 0xc2: // frames that browsers show: baseline, extended, progressive
			if len(body) < 6 || p.width != 0 {
				return picture{}, errCut
			}
			p.height, p.width = int(binary.BigEndian.Uint16(body[1:])), int(binary.BigEndian.Uint16(body[3:]))
			if p.width == 0 || p.height == 0 { // a height of 0 would be told behind the scan, which no browser reads
				return picture{}, errCut
			}
		case code == jpegSOS:
			for end < len(in) { // the scan ends at the first marker that is no restart
				if in[end] != 0xff {
					end++
				} else if end+1 < len(in) && (in[end+1] == 0 || in[end+1] >= jpegRST0 && in[end+1] <= jpegRST7) {
					end += 2
				} else {
					break
				}
			}
		case code >= 0xc3 && code <= 0xcf && code != 0xc4: // lossless, hierarchic, arithmetic
			return picture{}, errCut
		case code == 0xe1 && orientation == 0:
			orientation = exifOrientation(body)
		}
		if jpegKeeps(code, body) {
			out.Write(in[at:end])
		}
		at = end
	}
}

// jpegKeeps tells whether a segment is needed to show the picture: frame, tables, scans, and of the
// applications' own the resolution, the colours (ICC) and Adobe's colour transform.
func jpegKeeps(code byte, body []byte) bool {
	switch code {
	case 0xc0, 0xc1, 0xc2, 0xc4, 0xdb, 0xdd, jpegSOS:
		return true
	case jpegAPP0:
		return bytes.HasPrefix(body, []byte("JFIF\x00"))
	case 0xe2:
		return bytes.HasPrefix(body, []byte("ICC_PROFILE\x00"))
	case jpegAPP14:
		return bytes.HasPrefix(body, []byte("Adobe"))
	}
	return false
}

// exifOrientation finds how the camera was held, 1 to 8, in an Exif segment (CIPA DC-008 §4.6.5,
// tag 0112); 0 where it does not say.
func exifOrientation(body []byte) int {
	tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
	if !ok || len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	entries := int64(order.Uint16(tiff[at:]))
	for i := range entries {
		e := at + 2 + 12*i
		if e+12 > int64(len(tiff)) {
			return 0
		}
		if order.Uint16(tiff[e:]) == 0x0112 {
			if v := int(order.Uint16(tiff[e+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 0
		}
	}
	return 0
}

// withOrientation writes an Exif segment that holds the orientation and nothing else: without it
// most pictures of phones would lie on their side.
func withOrientation(jpeg []byte, orientation int) []byte {
	if orientation <= 1 {
		return jpeg
	}
	segment := []byte{0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0,
		'M', 'M', 0, 42, 0, 0, 0, 8, // big-endian, first directory at 8
		0, 1, // one entry: orientation, one short
		0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(orientation), 0, 0,
		0, 0, 0, 0} // no directory follows
	return append(append(append(make([]byte, 0, len(jpeg)+len(segment)), jpeg[:2]...), segment...), jpeg[2:]...)
}
