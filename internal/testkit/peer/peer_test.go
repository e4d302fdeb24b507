package peer

import (
	"net"
	"os"
	"testing"
)

// It also builds the servers, before many packages wait for them.
func TestServersAnswer(t *testing.T) {
	t.Run("s3", func(t *testing.T) { StartS3(t) })
	t.Run("mail", func(t *testing.T) {
		if got := StartMail(t).To(t, "nobody@example.cn"); got != nil {
			t.Errorf("%+v", got)
		}
	})
}

func TestServerEndsWithItsLeash(t *testing.T) {
	file, err := program(mailProgram, mailVersion)
	if err != nil {
		t.Skipf("there is no server to start: %v", err)
	}
	addr, err := freeAddr()
	if err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp("", "owleash")
	if err != nil {
		t.Fatal(err)
	}
	l, err := start(folder, file, "--smtp", addr, "--listen", "127.0.0.1:0", "--disable-version-check")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.answers(addr); err != nil {
		t.Error(err)
	}
	if err := l.stop(); err != nil {
		t.Error(err)
	}
	if conn, err := net.Dial("tcp", addr); err == nil {
		t.Errorf("it still listens: %v", conn.Close())
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("its folder is still there: %v", err)
	}
}
