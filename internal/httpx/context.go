package httpx

import "context"

type requestKey struct{}

func withRequest(r *Request) context.Context {
	return context.WithValue(r.Context(), requestKey{}, r)
}

// From gives the Request behind a context inside Wrap, nil elsewhere. It is for libraries that own
// the handler's signature; the actor still goes into every use case as an argument.
func From(ctx context.Context) *Request {
	r, _ := ctx.Value(requestKey{}).(*Request)
	return r
}
