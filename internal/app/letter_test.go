package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"openweek/internal/booking"
	"openweek/internal/config"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
	"openweek/internal/testkit"
)

func TestAServerWritesToWhoeverBooksThroughTheConfiguredGateway(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, func(t *testing.T, engine sqldb.Engine) {
		took := make(chan string, 10)
		gateway := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			took <- string(body)
		}))
		t.Cleanup(gateway.Close)
		site := testkit.Demo(t, engine, func(c *config.Config) { c.SMSURL, c.SMSBody = gateway.URL, "{{.To}} {{.Text}}" })
		act := site.Publish(nil, testkit.Run("2026-07-21", 9, 2))
		r, err := site.Bookings.Claim(t.Context(), booking.Request{
			SessionID: act.Sessions[0].ID, Party: 2, Contact: booking.Contact{Name: "张示例", Phone: "13800010000"}, Source: booking.FromPortal, Locale: "zh-Hans",
		})
		if err != nil {
			t.Fatal(err)
		}
		want := "13800010000 预约成功：数控技术开放日，7月21日 09:00，实训楼，2人，预约码" + r.Code[:4] + "-" + r.Code[4:] + "。查看或取消：" + site.URL + "/bookings/m/" + r.ManageToken
		select {
		case got := <-took:
			if got != want {
				t.Errorf("got %s\nwant %s", got, want)
			}
		case <-time.After(30 * time.Second):
			t.Fatal("nobody was written to")
		}
	})
}
