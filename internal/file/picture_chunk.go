package file

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"slices"
)

const pngMagic = "\x89PNG\r\n\x1a\n"

// pngParts are the chunks that show the picture (ISO/IEC 15948 §11) or its frames. Texts, the time
// and Exif are not among them.
var pngParts = []string{
	"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sRGB", "sBIT", "cICP", "bKGD", "pHYs", "acTL", "fcTL", "fdAT",
}

func rewritePNG(in []byte) (p picture, err error) {
	out := bytes.NewBuffer(make([]byte, 0, len(in)))
	out.WriteString(pngMagic)
	for at := len(pngMagic); ; {
		if at+12 > len(in) {
			return picture{}, errCut
		}
		size := int64(binary.BigEndian.Uint32(in[at:]))
		if size > int64(len(in)-at-12) {
			return picture{}, errCut
		}
		end := at + 12 + int(size)
		name, body := string(in[at+4:at+8]), in[at+8:end-4]
		if crc32.ChecksumIEEE(in[at+4:end-4]) != binary.BigEndian.Uint32(in[end-4:]) {
			return picture{}, errCut
		}
		if (name == "IHDR") != (at == len(pngMagic)) { // it is the first and the only
			return picture{}, errCut
		}
		if name == "IHDR" {
			if len(body) != 13 {
				return picture{}, errCut
			}
			p.width, p.height = side(binary.BigEndian.Uint32(body)), side(binary.BigEndian.Uint32(body[4:]))
		}
		if slices.Contains(pngParts, name) {
			out.Write(in[at:end])
		}
		if name == "IEND" {
			p.content = out.Bytes()
			return p, nil
		}
		at = end
	}
}

// side makes a length that arithmetic cannot overflow on.
func side(n uint32) int { return int(min(n, maxSide+1)) }

// webpParts are the chunks that show the picture or its frames (RFC 9649 §2.7).
var webpParts = []string{"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"}

// Flags of VP8X: parts that are left out must not be announced.
const webpExif, webpXMP = 0x08, 0x04

func rewriteWebP(in []byte) (p picture, err error) {
	if len(in) < 12 {
		return picture{}, errCut
	}
	size := int64(binary.LittleEndian.Uint32(in[4:]))
	if size < 4 || size+8 > int64(len(in)) {
		return picture{}, errCut
	}
	riff := in[:8+size]
	out := bytes.NewBuffer(make([]byte, 0, len(in)))
	out.Write(in[:12])
	for at := 12; at < len(riff); {
		if at+8 > len(riff) {
			return picture{}, errCut
		}
		length := int64(binary.LittleEndian.Uint32(riff[at+4:]))
		padded := length + length&1
		if padded > int64(len(riff)-at-8) {
			return picture{}, errCut
		}
		end := at + 8 + int(padded)
		name, body := string(riff[at:at+4]), riff[at+8:at+8+int(length)]
		width, height, err := webpSize(name, body)
		if err != nil {
			return picture{}, err
		}
		p.width, p.height = max(p.width, width), max(p.height, height) // a part may be larger than the whole says
		if slices.Contains(webpParts, name) {
			begin := out.Len()
			out.Write(riff[at:end])
			if name == "VP8X" {
				out.Bytes()[begin+8] &^= webpExif | webpXMP
			}
		}
		at = end
	}
	p.content = out.Bytes()
	binary.LittleEndian.PutUint32(p.content[4:], uint32(len(p.content)-8))
	return p, nil
}

// webpSize reads the size from a chunk that tells it; 0 from any other.
func webpSize(name string, body []byte) (width, height int, err error) {
	switch name {
	case "VP8X": // 24 bits each, less one
		if len(body) < 10 {
			return 0, 0, errCut
		}
		return 1 + int(body[4]) + int(body[5])<<8 + int(body[6])<<16, 1 + int(body[7]) + int(body[8])<<8 + int(body[9])<<16, nil
	case "VP8 ": // RFC 6386 §9.1: a key frame's start code, then 14 bits each
		if len(body) < 10 || body[3] != 0x9d || body[4] != 0x01 || body[5] != 0x2a {
			return 0, 0, errCut
		}
		return int(binary.LittleEndian.Uint16(body[6:]) & 0x3fff), int(binary.LittleEndian.Uint16(body[8:]) & 0x3fff), nil
	case "VP8L": // RFC 9649 §3.4: 14 bits each, less one
		if len(body) < 5 || body[0] != 0x2f {
			return 0, 0, errCut
		}
		bits := binary.LittleEndian.Uint32(body[1:])
		return 1 + int(bits&0x3fff), 1 + int(bits>>14&0x3fff), nil
	case "ANMF": // the frame's size stands in bytes 6 to 11
		if len(body) < 16 {
			return 0, 0, errCut
		}
		return 1 + int(body[6]) + int(body[7])<<8 + int(body[8])<<16, 1 + int(body[9]) + int(body[10])<<8 + int(body[11])<<16, nil
	}
	return 0, 0, nil
}
