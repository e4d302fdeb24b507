package app

import "context"

// BeginSample leaves the store as a demo that died while it filled it.
func (h *House) BeginSample(ctx context.Context) error {
	_, err := note(ctx, h.DB, noteSample, []byte{1})
	return err
}
