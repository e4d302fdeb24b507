package paper

import (
	"github.com/piglig/go-qr"

	"openweek/internal/errs"
)

// QR is a QR code (GB/T 18284-2000, ISO/IEC 18004) of medium error correction: it is still read when a
// seventh of it is dirty or torn.
type QR struct{ code *go_qr.QrCode }

// quiet is the white margin around a code that scanners need, in modules.
const quiet = 4

// NewQR makes the code of a text. Errors: paper.qr_long, of a text past some 2,300 characters.
func NewQR(text string) (q QR, err error) {
	defer errs.Wrap(&err, "paper.NewQR(%d characters)", len(text))
	code, err := go_qr.EncodeText(text, go_qr.Medium)
	if err != nil {
		return QR{}, errs.Invalid("paper.qr_long").Because(err)
	}
	return QR{code}, nil
}

// Size is how many modules it is wide and high, without the margin.
func (q QR) Size() int { return q.code.Size() }

// Dark tells whether a module is dark; what lies outside is not.
func (q QR) Dark(x, y int) bool { return q.code.Module(x, y) }

// SVG gives a picture of any size, with its margin.
func (q QR) SVG() ([]byte, error) {
	return q.code.ToSVGBytes(go_qr.NewQrCodeImgConfig(1, quiet, go_qr.WithOptimalSVG()))
}

// PNG gives a picture with scale pixels a module, with its margin.
func (q QR) PNG(scale int) ([]byte, error) {
	return q.code.ToPNGBytes(go_qr.NewQrCodeImgConfig(scale, quiet))
}
