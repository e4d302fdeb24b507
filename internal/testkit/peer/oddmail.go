package peer

import (
	"bufio"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"
)

// Odd is how an odd mail server misbehaves.
type Odd string

// The oddities.
const (
	Mute          Odd = "mute"           // accepts connections and says nothing
	NoAnswer      Odd = "no answer"      // takes the whole mail and never answers to its end
	DropAfterData Odd = "drop after"     // takes the whole mail and hangs up
	DropAtData    Odd = "drop at data"   // hangs up instead of asking for the data
	BusyAfterData Odd = "busy after"     // takes the whole mail and has no room for it (452)
	RefuseTo      Odd = "refuse to"      // knows no such address (550)
	RefuseData    Odd = "refuse data"    // does not like the content (554)
	RefuseFrom    Odd = "refuse from"    // does not serve the product (553)
	DropAfterTake Odd = "drop at goodby" // takes the mail, says so and hangs up
)

// OddMail is a real SMTP server on loopback that misbehaves in one way.
type OddMail struct {
	Addr string
	// Came gives one value for each connection, before anything is said.
	Came chan struct{}

	mu    sync.Mutex
	whole int
}

// StartOddMail starts a server that ends with the test.
func StartOddMail(t testing.TB, odd Odd) *OddMail {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o := &OddMail{Addr: l.Addr().String(), Came: make(chan struct{}, 1000)}
	var all sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return // closed at the end of the test
			}
			mu.Lock()
			open = append(open, c)
			mu.Unlock()
			o.Came <- struct{}{}
			all.Go(func() { o.serve(c, odd) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for _, c := range open {
			_ = c.Close() // mute servers wait for that
		}
		mu.Unlock()
		all.Wait()
	})
	return o
}

// Whole counts the mails whose end has come in.
func (o *OddMail) Whole() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.whole
}

func (o *OddMail) serve(c net.Conn, odd Odd) {
	defer c.Close() //nolint:errcheck // the test looks at what came
	if odd == Mute {
		_, _ = c.Read(make([]byte, 1)) // until the other side has had enough
		return
	}
	in := textproto.NewReader(bufio.NewReader(c))
	say := func(line string) { _, _ = c.Write([]byte(line + "\r\n")) }
	say("220 odd")
	for {
		line, err := in.ReadLine()
		if err != nil {
			return
		}
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		switch verb {
		case "EHLO", "HELO":
			say("250 odd")
		case "MAIL":
			if odd == RefuseFrom {
				say("553 no")
				continue
			}
			say("250 ok")
		case "RCPT":
			if odd == RefuseTo {
				say("550 " + line) // as servers do, it repeats the address
				continue
			}
			say("250 ok")
		case "DATA":
			if odd == DropAtData {
				return
			}
			say("354 go on")
			if _, err := in.ReadDotBytes(); err != nil {
				return
			}
			o.mu.Lock()
			o.whole++
			o.mu.Unlock()
			switch odd {
			case NoAnswer:
				_, _ = in.ReadLine()
				return
			case DropAfterData:
				return
			case BusyAfterData:
				say("452 full")
			case RefuseData:
				say("554 no")
			default:
				say("250 taken")
				if odd == DropAfterTake {
					return
				}
			}
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}
