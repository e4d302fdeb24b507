package search_test

import (
	"slices"
	"testing"

	"openweek/internal/search"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

// What the forgiving ways are tried on: title, host and place of invented activities.
var named = [][]string{
	{"走进开放校园，感受工匠精神", "长沙示例职业技术学院", "实训楼一层大厅"},
	{"开放企业：智能制造生产线参观", "株洲示例轨道交通装备公司", "田心工业园"},
	{"非遗剪纸进社区", "湘潭示例艺术学校", "雨湖区文化馆"},
	{"大国工匠进校园报告会", "衡阳示例技师学院", "报告厅"},
	{"现代农业技术田间课堂", "常德示例农业学校", "鼎城区示范基地"},
	{"新能源汽车检修体验", "邵阳示例职业技术学院", "汽车工程系"},
	{"中小学生职业体验日", "岳阳示例中等职业学校", "湖滨校区"},
	{"银行会计岗位模拟", "益阳示例商贸学校", "行政楼"},
	{"民族音乐与苗绣展演", "湘西示例民族职业学院", "吉首校区"},
	{"育婴护理与老年健康讲座", "郴州示例卫生学校", "郴江社区"},
	{"张家界旅游服务技能展示", "张家界示例旅游学校", "永定区"},
	{"无人机与３Ｄ打印开放课", "娄底示例工程学校", "创客中心"},
}

// Each query finds nothing as it is typed, and what was meant in the way that follows.
var forgiven = []struct {
	query string
	how   search.How
	want  []int64 // from 1
}{
	{"kaifangxiaoyuan", search.Pinyin, []int64{1}},
	{"kaifang", search.Pinyin, []int64{1, 2, 12}},
	{"gongjiang", search.Pinyin, []int64{1, 4}},
	{"changsha", search.Pinyin, []int64{1}},
	{"zhinengzhizao", search.Pinyin, []int64{2}},
	{"feiyi jianzhi", search.Pinyin, []int64{3}},
	{"dagongjiang", search.Homophone, nil}, // no such thing in any way
	{"baogaohui", search.Pinyin, []int64{4}},
	{"xiandainongye", search.Pinyin, []int64{5}},
	{"xinnengyuanqiche", search.Pinyin, []int64{6}},
	{"zhiyetiyan", search.Pinyin, []int64{7}},
	{"yinhang kuaiji", search.Pinyin, []int64{8}},
	{"minzuyinyue", search.Pinyin, []int64{9}},
	{"xiangxi", search.Pinyin, []int64{9}},
	{"laonianjiankang", search.Pinyin, []int64{10}},
	{"zhangjiajie", search.Pinyin, []int64{11}},
	{"lvyou", search.Pinyin, []int64{11}},
	{"wurenji", search.Pinyin, []int64{12}},
	{"kfxy", search.Initials, []int64{1}},
	{"kfqy", search.Initials, []int64{2}},
	{"znzz", search.Initials, []int64{2}},
	{"fyjz", search.Initials, []int64{3}},
	{"dggj", search.Initials, []int64{4}},
	{"xdny", search.Initials, []int64{5}},
	{"xnyqc", search.Initials, []int64{6}},
	{"zyty", search.Initials, []int64{7}},
	{"yhkj", search.Initials, []int64{8}},
	{"mzyy", search.Initials, []int64{9}},
	{"zjj", search.Initials, []int64{11}},
	{"cssl", search.Initials, []int64{1}},
	{"wrj", search.Initials, []int64{12}},
	{"开方校园", search.Homophone, []int64{1}},
	{"工将精神", search.Homophone, []int64{1}},
	{"智能制早", search.Homophone, []int64{2}},
	{"剪纸进射区", search.Homophone, []int64{3}},
	{"大国公匠", search.Homophone, []int64{4}},
	{"现代农夜", search.Homophone, []int64{5}},
	{"新能原汽车", search.Homophone, []int64{6}},
	{"职业体颜", search.Homophone, []int64{7}},
	{"名族音乐", search.Homophone, nil}, // míng is not mín
	{"民族音悦", search.Homophone, []int64{9}},
	{"老年建康", search.Homophone, []int64{10}},
	{"张家届", search.Homophone, []int64{11}},
	{"无人级", search.Homophone, []int64{12}},
	{"开方小园", search.Homophone, nil}, // two wrong
	{"开方课 3D", search.Homophone, []int64{12}},
}

func TestForgivingSearch(t *testing.T) {
	t.Parallel()
	found := 0
	for _, c := range forgiven {
		if c.want != nil {
			found++
		}
	}
	if found < 40 {
		t.Errorf("%d pairs of query and hit, want forty", found)
	}
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		for i, names := range named {
			put(t, db, search.Document{ID: names[0], Keys: []int64{int64(i + 1)}, Names: names, Texts: []string{"欢迎参加"}})
		}
		for _, c := range forgiven {
			q, err := search.Understand(ctx, db, search.Parse(c.query), search.Span{}, all)
			if err != nil {
				t.Fatal(err)
			}
			how := c.how
			if c.want == nil {
				how = search.Exact
			}
			if got := keys(t, db, q, search.Span{}, 100); q.How() != how || !slices.Equal(got, c.want) {
				t.Errorf("%s: %v by %s, want %v by %s", c.query, got, q.How(), c.want, how)
			}
		}
	})
}

func TestOtherWaysAreOnlyTriedWhereTheExactOneFindsNothing(t *testing.T) {
	t.Parallel()
	sqldbtest.Both(t, func(t *testing.T, db *sqldb.DB) {
		put(t, db,
			search.Document{ID: "a", Keys: []int64{1}, Names: []string{"爱心义卖"}, Texts: []string{"ai"}},
			search.Document{ID: "b", Keys: []int64{2}, Names: []string{"爱鸟周"}},
		)
		for _, c := range []struct {
			in   search.Span
			how  search.How
			want []int64
		}{{search.Span{}, search.Exact, []int64{1}}, {search.Span{After: 1}, search.Pinyin, []int64{2}}} {
			q, err := search.Understand(ctx, db, search.Parse("AI"), search.Span{}, func(key int64) bool { return key > c.in.After })
			if err != nil {
				t.Fatal(err)
			}
			if got := keys(t, db, q, c.in, 10); q.How() != c.how || !slices.Equal(got, c.want) {
				t.Errorf("%+v: %v by %s, want %v by %s", c.in, got, q.How(), c.want, c.how)
			}
		}
	})
}

func all(int64) bool { return true }
