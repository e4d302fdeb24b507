package blob

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"openweek/internal/errs"
)

// S3 keeps blobs as objects named by their hash in a bucket of any S3 server. A blob is collected in
// a temporary file first, because its name is known only at its end, and then put in one request,
// which the server takes wholly or not at all. It is safe for concurrent use, also by several
// processes.
type S3 struct {
	client *minio.Client
	bucket string
	prefix string // "" or ends in "/"
	temp   string
}

var _ Store = (*S3)(nil)

// S3Options say who opens the bucket and where blobs are collected.
type S3Options struct {
	AccessKey string
	SecretKey string
	Temp      string // folder of temporary files; "" takes the system's
}

// ParseS3 reads s3://bucket/prefix?endpoint=https://s3.example.cn&region=cn-1. The prefix may be
// empty, as may the region; the endpoint may not.
//
// Errors: blob.url_malformed (Invalid). The address is not repeated in it.
func ParseS3(address string) (place S3Place, err error) {
	defer errs.Wrap(&err, "blob.ParseS3")
	malformed := errs.Invalid("blob.url_malformed")
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User != nil || u.Port() != "" || u.Fragment != "" {
		return S3Place{}, malformed // no cause: it may hold a secret where none belongs
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return S3Place{}, malformed
	}
	for name, values := range query {
		if name != "endpoint" && name != "region" || len(values) != 1 {
			return S3Place{}, malformed
		}
	}
	endpoint, err := url.Parse(query.Get("endpoint"))
	if err != nil || endpoint.Scheme != "http" && endpoint.Scheme != "https" || endpoint.Host == "" || endpoint.User != nil ||
		endpoint.Path != "" && endpoint.Path != "/" || endpoint.RawQuery != "" || endpoint.Fragment != "" {
		return S3Place{}, malformed
	}
	place = S3Place{Bucket: u.Host, Prefix: strings.Trim(u.Path, "/"), Host: endpoint.Host, Secure: endpoint.Scheme == "https", Region: query.Get("region")}
	if place.Prefix != "" {
		place.Prefix += "/"
	}
	return place, nil
}

// S3Place is where blobs are: what an address of ParseS3 says.
type S3Place struct {
	Bucket string
	Prefix string // "" or ends in "/"
	Host   string // host and port of the server
	Secure bool   // HTTPS
	Region string // "" leaves it to the server
}

// OpenS3 opens a bucket that exists; see ParseS3 for the address.
//
// Errors: blob.url_malformed, blob.bucket_missing, blob.denied (Invalid); blob.unavailable (Busy).
func OpenS3(ctx context.Context, address string, o S3Options) (s *S3, err error) {
	defer errs.Wrap(&err, "blob.OpenS3")
	place, err := ParseS3(address)
	if err != nil {
		return nil, err
	}
	client, err := minio.New(place.Host, &minio.Options{
		Creds:      credentials.NewStaticV4(o.AccessKey, o.SecretKey, ""),
		Secure:     place.Secure,
		Region:     place.Region,
		Transport:  transport(),
		MaxRetries: 4, // some seconds; whoever waits longer reads that the store is unavailable
	})
	if err != nil {
		return nil, errs.Invalid("blob.url_malformed").Because(err)
	}
	exists, err := client.BucketExists(ctx, place.Bucket)
	if err != nil {
		return nil, outage(err)
	}
	if !exists {
		return nil, errs.Invalid("blob.bucket_missing", "bucket", place.Bucket)
	}
	return &S3{client: client, bucket: place.Bucket, prefix: place.Prefix, temp: o.Temp}, nil
}

// transport asks no environment for a proxy: the settings are all in package config. Content is not
// compressed on its way: what is stored must come back byte for byte.
func transport() *http.Transport {
	return &http.Transport{
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: time.Minute,
		MaxIdleConnsPerHost:   16,
		IdleConnTimeout:       time.Minute,
		DisableCompression:    true,
	}
}

func (s *S3) key(hash string) string { return s.prefix + hash }

// Put implements Store.
func (s *S3) Put(ctx context.Context, r io.Reader, limit int64) (ref Ref, err error) {
	defer errs.Wrap(&err, "blob.Put")
	f, err := os.CreateTemp(s.temp, "openweek-blob-")
	if err != nil {
		return Ref{}, noRoom(err)
	}
	defer func() {
		if err = errors.Join(err, f.Close(), os.Remove(f.Name())); err != nil {
			ref = Ref{}
		}
	}()
	if ref, err = hashing(ctx, f, r, limit); err != nil {
		return Ref{}, noRoom(err)
	}
	info, err := s.client.StatObject(ctx, s.bucket, s.key(ref.Hash), minio.StatObjectOptions{})
	if err == nil && info.Size == ref.Size {
		return ref, nil // it is there already
	}
	if err != nil && !missing(err) {
		return Ref{}, outage(err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return Ref{}, err
	}
	if _, err = s.client.PutObject(ctx, s.bucket, s.key(ref.Hash), f, ref.Size, minio.PutObjectOptions{
		ContentType: "application/octet-stream", DisableMultipart: true,
	}); err != nil {
		return Ref{}, outage(err)
	}
	return ref, nil
}

// Open implements Store.
func (s *S3) Open(ctx context.Context, hash string) (r io.ReadSeekCloser, err error) {
	defer errs.Wrap(&err, "blob.Open")
	if !ValidHash(hash) {
		return nil, notFound(hash)
	}
	object, err := s.client.GetObject(ctx, s.bucket, s.key(hash), minio.GetObjectOptions{})
	if err != nil {
		return nil, outage(err)
	}
	if _, err := object.Stat(); err != nil { // the first request is made here
		_ = object.Close() // there is nothing to give back but its goroutine
		if missing(err) {
			return nil, notFound(hash)
		}
		return nil, outage(err)
	}
	return object, nil
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, hash string) (err error) {
	defer errs.Wrap(&err, "blob.Delete")
	if !ValidHash(hash) {
		return notFound(hash)
	}
	if err := s.client.RemoveObject(ctx, s.bucket, s.key(hash), minio.RemoveObjectOptions{}); err != nil && !missing(err) {
		return outage(err)
	}
	return nil
}

// List implements Store. Objects that are no blobs are passed over. S3 lists keys in the order of
// their bytes, which for hashes under one prefix is the order of hashes.
func (s *S3) List(ctx context.Context, do func(Ref) error) (err error) {
	defer errs.Wrap(&err, "blob.List")
	for object := range s.client.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s.prefix}) {
		if object.Err != nil {
			return outage(object.Err)
		}
		hash := strings.TrimPrefix(object.Key, s.prefix)
		if !ValidHash(hash) {
			continue
		}
		if err := do(Ref{Hash: hash, Size: object.Size}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func missing(err error) bool {
	response, ok := errors.AsType[minio.ErrorResponse](err)
	return ok && (response.Code == minio.NoSuchKey || response.Code == "NotFound" && response.StatusCode == http.StatusNotFound)
}

// outage turns what an S3 server or the way to it can do wrong into what an office can act on.
func outage(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	response, ok := errors.AsType[minio.ErrorResponse](err)
	switch {
	case !ok:
		return errs.Busy("blob.unavailable").Because(err)
	case response.Code == minio.NoSuchBucket:
		return errs.Invalid("blob.bucket_missing", "bucket", response.BucketName).Because(err)
	case response.StatusCode == http.StatusInsufficientStorage, strings.Contains(response.Code, "Quota"), strings.Contains(response.Code, "StorageFull"):
		return errs.Busy("blob.full").Because(err)
	case response.StatusCode == http.StatusForbidden, response.StatusCode == http.StatusUnauthorized:
		return errs.Invalid("blob.denied").Because(err)
	}
	return errs.Busy("blob.unavailable").Because(err)
}
