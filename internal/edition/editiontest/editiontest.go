// Package editiontest publishes a small edition for tests of what stands on one, without the running
// product.
package editiontest

import (
	"testing"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/blob"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/sqldb"
)

// Notice is an invented notice of a province: a week from 20 to 26 July 2020, two topics, two methods, one
// duty.
const Notice = `湖南省教育厅

湘教通〔2020〕900号

关于开展2020年湖南省职业教育宣传活动周的通知

各市州教育局：

一、时间和主题

活动周时间为：7月20日-7月26日，宣传主题为：“匠心筑梦，技能强湘”。

二、主要宣传内容

1.宣传方针政策。宣传职业教育法。

2.宣传典型经验。宣传产教融合的创新成果。

三、主要宣传方式

1.开放校园。各高职院校要组织中小学生参观校园。

2.走进社区。各高职院校要走进社区为居民服务。

四、工作要求

1.报送工作总结。8月31日前，请各市州教育局将活动周工作总结报送省教育厅职成处。

湖南省教育厅

2020年7月3日
`

// NewService makes editions whose files stand in a folder of the test.
func NewService(t testing.TB, db *sqldb.DB, c clock.Clock, log *audit.Log, followers ...edition.Follower) *edition.Service {
	t.Helper()
	blobs, err := blob.OpenDisk(t.TempDir())
	must(t, err)
	t.Cleanup(func() { blobs.Close() }) //nolint:errcheck // of a test
	return edition.NewService(db, c, log, blobs, followers...)
}

// Publish makes an edition of 430000 of the Notice and publishes it, as the head of its office.
func Publish(t testing.TB, editions *edition.Service, head actor.Actor) edition.Edition {
	t.Helper()
	n, err := editions.UploadNotice(t.Context(), head, edition.Upload{FileName: "通知.txt", Data: []byte(Notice), Territory: "430000", Kind: edition.Original})
	must(t, err)
	e, err := editions.CreateEdition(t.Context(), head, n.ID, edition.Creation{Version: n.Draft.Version})
	must(t, err)
	read, err := editions.Reading(t.Context(), head, e.ID)
	must(t, err)
	e, err = editions.Publish(t.Context(), head, e.ID, e.Version, edition.Publication{Read: read, LeaveOpen: true})
	must(t, err)
	return e
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
