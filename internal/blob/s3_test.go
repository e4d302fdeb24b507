package blob_test

import (
	"bytes"
	"net"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"openweek/internal/blob"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/testkit/peer"
)

func openS3(t *testing.T, server *peer.S3, prefix string) *blob.S3 {
	t.Helper()
	s, err := blob.OpenS3(t.Context(), server.URL(prefix), blob.S3Options{AccessKey: server.AccessKey, SecretKey: server.SecretKey, Temp: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// onS3 gives a store under a prefix of its own, and a plain client beside it.
func onS3(t *testing.T) stored {
	server := peer.StartS3(t)
	prefix := "test/" + id.New()
	client, err := minio.New(strings.TrimPrefix(server.Endpoint, "http://"), &minio.Options{
		Creds: credentials.NewStaticV4(server.AccessKey, server.SecretKey, ""), Region: "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	write := func(key string, content []byte) {
		if _, err := client.PutObject(t.Context(), server.Bucket, key, bytes.NewReader(content), int64(len(content)), minio.PutObjectOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	return stored{
		Store: openS3(t, server, prefix),
		harm:  func(hash string, content []byte) { write(prefix+"/"+hash, content) },
		litter: func() {
			for _, name := range []string{"test/secret", prefix + "/secret", prefix + "/zz", prefix + "/ab/Thumbs.db", prefix + "/ab/" + strings.Repeat("0", 64)} {
				write(name, []byte("x"))
			}
		},
		count: func() (n int) {
			for object := range client.ListObjectsIter(t.Context(), server.Bucket, minio.ListObjectsOptions{Prefix: prefix + "/", Recursive: true}) {
				if object.Err != nil {
					t.Fatal(object.Err)
				}
				n++
			}
			return n
		},
	}
}

func TestTwoProcessesShareABucketAndPrefixesAreApart(t *testing.T) {
	t.Parallel()
	server, prefix := peer.StartS3(t), "test/"+id.New()
	first, second, apart := openS3(t, server, prefix), openS3(t, server, prefix), openS3(t, server, prefix+"-2")
	ref := put(t, first, "共享")
	if got := list(t, second); !reflect.DeepEqual(got, []blob.Ref{ref}) {
		t.Errorf("the second sees %v", got)
	}
	if got := list(t, apart); got != nil {
		t.Errorf("the other prefix holds %v", got)
	}
	if _, err := apart.Open(t.Context(), ref.Hash); !errs.Is(err, "blob.not_found") {
		t.Errorf("opened from the other prefix: %v", err)
	}
}

func TestS3LeavesNoTemporaryFile(t *testing.T) {
	t.Parallel()
	server, temp := peer.StartS3(t), t.TempDir()
	s, err := blob.OpenS3(t.Context(), server.URL("test/"+id.New()), blob.S3Options{AccessKey: server.AccessKey, SecretKey: server.SecretKey, Temp: temp})
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, "甲")
	if _, err := s.Put(t.Context(), strings.NewReader("12345"), 4); err == nil {
		t.Error("more than the limit was stored")
	}
	left, err := os.ReadDir(temp)
	if err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestOpenS3SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	server := peer.StartS3(t)
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := silent.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		address, secret, key string
		kind                 errs.Kind
	}{
		{server.URL("x"), "wrong", "blob.denied", errs.KindInvalid},
		{strings.Replace(server.URL("x"), "s3://openweek", "s3://missing", 1), server.SecretKey, "blob.bucket_missing", errs.KindInvalid},
		{"s3://openweek/x?endpoint=http://" + silent.Addr().String(), server.SecretKey, "blob.unavailable", errs.KindBusy},
	} {
		_, err := blob.OpenS3(t.Context(), c.address, blob.S3Options{AccessKey: server.AccessKey, SecretKey: c.secret})
		if !errs.Is(err, c.key) || errs.KindOf(err) != c.kind {
			t.Errorf("%s: got %v, want %s", c.address, err, c.key)
		}
	}
}

func TestParseS3(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]blob.S3Place{
		"s3://week/a/b/?endpoint=https://s3.example.cn&region=cn-1": {Bucket: "week", Prefix: "a/b/", Host: "s3.example.cn", Secure: true, Region: "cn-1"},
		"s3://week?endpoint=http://127.0.0.1:9000":                  {Bucket: "week", Host: "127.0.0.1:9000"},
	} {
		if got, err := blob.ParseS3(address); err != nil || got != want {
			t.Errorf("%s: %+v, %v", address, got, err)
		}
	}
	for _, address := range []string{
		"", "s3://", "s3://week", "s3://week?endpoint=s3.example.cn", "s3://week?endpoint=ftp://s3.example.cn", "https://week?endpoint=https://s3.example.cn",
		"s3://key:secret@week?endpoint=https://s3.example.cn", "s3://week?endpoint=https://key:secret@s3.example.cn", "s3://week:1?endpoint=https://s3.example.cn",
		"s3://week?endpoint=https://s3.example.cn/path", "s3://week?endpoint=https://a&endpoint=https://b", "s3://week?endpoint=https://a&secret=x",
	} {
		if got, err := blob.ParseS3(address); !errs.Is(err, "blob.url_malformed") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %+v, %v", address, got, err)
		}
	}
}
