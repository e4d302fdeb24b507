package notice

import (
	"strings"
	"testing"
)

// Texts as they are found: copied from a page with its own lines, or joined into one line.

func TestPageLinesAboutTheNoticeAreNoPartOfIt(t *testing.T) {
	t.Parallel()
	body := "\n各市教育局，青川市、白石市、云岭县教育局：\n为做好有关工作，现将有关事项通知如下。\n请各市于5月20日前将材料报送我厅。\n某某省教育厅\n2019年4月2日\n"
	for name, head := range map[string]string{
		"source and count":       "首页 > 通知公告 > 关于做好技能展示工作的...\n关于做好技能展示工作的通知\n编辑：某编辑来源：某某网评论数：0发布时间：2019-04-08 10:42:48\n",
		"time stamp":             "关于做好技能展示工作的通知\n\n2019/4/8 9:31:00 某某招生网 【 】\n",
		"counts on lines":        "关于做好技能展示工作的通知\n来源：某某学院\n发布时间：\n2019-04-08\n浏览量：\n",
		"upload time":            "关于做好技能展示工作的通知\n上传时间：2019年04月08日 16:23:35 访问数量：5054\n",
		"title over empty lines": "关于做好\n\n技能展示工作的通知\n",
		"title in brackets":      "技能展示\n【关于做好技能展示工作的通知】\n",
		"kind in brackets":       "【教学】关于做好技能展示工作的通知\n",
		"annex tag":              "附件3：关于做好技能展示工作的通知\n",
	} {
		d := mustParse(t, head+body)
		equal(t, name+": title", d.Title.Value, "关于做好技能展示工作的通知")
		equal(t, name+": addressees", values(d.Addressees), []string{"各市教育局", "青川市、白石市、云岭县教育局"})
		equal(t, name+": window", d.Window.Start.Value, Day(""))
	}
}

func TestIssuerBetweenNumberAndTitle(t *testing.T) {
	t.Parallel()
	d := mustParse(t, "青政〔2013〕46号\n青石镇人民政府\n关于印发《技能宣传月活动方案》的通知\n各村、各单位：\n现印发给你们，请遵照执行。\n二○一三年六月八日\n")
	equal(t, "issuers", values(d.Issuers), []string{"青石镇人民政府"})
	equal(t, "number", d.DocNumber.Value, "青政〔2013〕46号")
}

func TestLabelledNumber(t *testing.T) {
	t.Parallel()
	d := mustParse(t, "索引号 640100 发文字号 青教办发〔2017〕170号 生成日期 2017-10-10\n青川市教育局关于开展征文活动的通知\n各中小学：\n现将有关事项通知如下。\n")
	equal(t, "number", d.DocNumber.Value, "青教办发〔2017〕170号")
}

func TestOneLineNotice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want brief
	}{
		"number behind the title": {
			"关于开展青工技能比武活动的通知(青工办字[2018]16号)各市总工会，省产业工会:为提高青工技能，现将有关事项通知如下:一、比武时间5月8日至12日二、比武地点青川市体育馆三、其他请各市总工会于4月20日前报送名单。联系人:XXX，0599-8601XXXX附件:1.报名表.doc2.名额分配表.xlsx青禾省总工会2018年3月2日",
			brief{
				title: "关于开展青工技能比武活动的通知", number: "青工办字〔2018〕16号", issued: "2018-03-02", window: "2018-05-08 2018-05-12",
				issuers: []string{"青禾省总工会"}, addressees: []string{"各市总工会", "省产业工会"}, headings: []string{"比武时间", "比武地点", "其他"},
				phones: []string{"0599-8601XXXX"}, attachments: []string{"报名表.doc", "名额分配表.xlsx"}, dues: []string{"2018-04-20"}, doubtfulHeadings: true,
			},
		},
		"meeting with days of travel": {
			"青禾省职教学会关于召开年会的通知各会员单位:经研究，定于近期召开年会，现将有关事项通知如下:一、会议时间2019年5月20日至24日，5月20日下午报到，24日下午离会。二、会议地点青川市三、会议内容1、表彰先进2、交流经验3、专题报告四、参会要求参会单位请于5月10日17:00前将回执发至学会。附件:参会回执二○一九年四月二日附件参会回执",
			brief{
				title: "青禾省职教学会关于召开年会的通知", issued: "2019-04-02", window: "2019-05-20 2019-05-24",
				issuers: []string{"青禾省职教学会"}, addressees: []string{"各会员单位"}, headings: []string{"会议时间", "会议地点", "会议内容", "参会要求"},
				attachments: []string{"参会回执"}, dues: []string{"2019-05-10T17:00"}, doubtfulHeadings: true,
			},
		},
		"paragraphs that only look like titles": {
			"关于报送寒假社会实践材料的通知各分团委:现将有关事项通知如下:一、各团支部要召开寒假社会实践心得总结班会。二、往年社会实践不合格的同学，要认真递交材料。三、请各学院通过图片展览等形式总结经验，交流体会。四、申报人按要求填写申报表，各分团委于2021年4月2日前报送团委。某某学院团委2021年3月22日",
			brief{
				title: "关于报送寒假社会实践材料的通知", issued: "2021-03-22", issuers: []string{"某某学院团委"}, addressees: []string{"各分团委"}, dues: []string{"2021-04-02"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			equal(t, "brief", briefOf(mustParse(t, c.text)), c.want)
		})
	}
}

func TestUndatedNamesAtTheEnd(t *testing.T) {
	t.Parallel()
	text := "关于参加读报征文比赛的通知各基层工会:为活跃职工文化生活，引导广大教职工读好报、用好报，经研究，决定在全校教职工中开展读报征文比赛活动，现将有关事项通知如下。征文以一千字为宜，题目自拟，体裁不限，文章左上角注明单位和姓名，各基层工会推荐一至两篇。纸质稿于2016年12月10日前交校工会。特此通知 校工会 人事处"
	equal(t, "issuers", values(mustParse(t, text).Issuers), []string{"校工会", "人事处"})
	above := "关于召开首次会员大会的通知\n各有关单位：\n请于2020年11月8日前报名。\n青禾材料产业联盟秘书处\n附件：\n参会回执\n"
	d := mustParse(t, above)
	equal(t, "above an annex list", values(d.Issuers), []string{"青禾材料产业联盟秘书处"})
	equal(t, "attachments", values(d.Attachments), []string{"参会回执"})
}

func TestAnnexItemsWithoutPoint(t *testing.T) {
	t.Parallel()
	for list, want := range map[string][]string{
		"附件：\n1：评选通知\n2.评选办法\n":                {"评选通知", "评选办法"},
		"附件：\n1评选通知.doc\n2推荐表.doc\n":           {"评选通知.doc", "推荐表.doc"},
		"附件一：推荐表.doc\n附件二：汇总表.doc\n":           {"推荐表.doc", "汇总表.doc"},
		"附件：\n一、评课标准\n二、2012-2013学年度决赛名额\n":    {"评课标准", "2012-2013学年度决赛名额"},
		"附件1、2018年项目名单.xlsx\n":                 {"2018年项目名单.xlsx"},
		"附件：某厅关于评选先进个人工作的通知\n（青办函〔2018〕23号）\n": {"某厅关于评选先进个人工作的通知"},
	} {
		equal(t, list, values(mustParse(t, note("请认真组织。\n"+list)).Attachments), want)
	}
}

func TestMoreDeadlineGrammar(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"请有意参加的单位于4月2日-28日期间，注册并登录系统填报信息。":   "2021-04-28",
		"宣传周首个工作日（6月12日）前，各单位要悬挂横幅，开展宣传。":    "2021-06-12",
		"申报时间从2021年3月27日开始至2021年4月5日截止。":     "2021-04-05",
		"二、有关要求\n（一）4月24日中午12:00前报送自评表至宣传部。": "2021-04-24T12:00",
		"定于4月10日报到，4月8日前请将回执报市教育局。":          "2021-04-08",
	} {
		var got []string
		for _, l := range mustParse(t, note(body)).Deadlines {
			got = append(got, l.Due.Value.String())
		}
		equal(t, body, strings.Join(got, " "), want)
	}
}

func TestMoreWindowAndThemeGrammar(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][2]string{
		"5月11日至17日是“技能宣传周”，各单位要做好宣传。":           {"2021-05-11 2021-05-17", ""},
		"一、活动时间\n2021年4—8月\n二、活动内容\n组织培训。":      {"2021-04-01 2021-08-31", ""},
		"会议时间：5月28日报到，5月29日~30日培训，6月1日离会。":      {"2021-05-29 2021-05-30", ""},
		"我校将于2021年5月22日至24日参加在省城举行的交易会。":        {"", ""},
		"各地要紧紧围绕“技能改变人生”这一主题，精心组织。":             {"", "技能改变人生"},
		"活动周启动仪式另行通知。围绕“技能成就梦想，实干开创未来”主题，开展宣传。": {"", "技能成就梦想，实干开创未来"},
	} {
		d := mustParse(t, note(body))
		got := [2]string{"", d.Theme.Value}
		if d.Window.Start.Value != "" {
			got[0] = string(d.Window.Start.Value + " " + d.Window.End.Value)
		}
		equal(t, body, got, want)
	}
}

func TestFaxMarkInFrontOfItsNumber(t *testing.T) {
	t.Parallel()
	d := mustParse(t, note("联系电话：028-86740000（传真）86730000；联系电话：66310000"))
	equal(t, "phones", values(d.Phones), []string{"028-86740000", "66310000"})
}

func TestChineseYearWithArabicZeros(t *testing.T) {
	t.Parallel()
	d := mustParse(t, "关于开展教学公开周活动的通知\n各中学：\n现将有关事项通知如下。\n青川市教育局\n二00九年十一月二十四日\n")
	equal(t, "issued", d.IssuedOn.Value, Day("2009-11-24"))
}

func TestPeopleOfAnObligation(t *testing.T) {
	t.Parallel()
	for sentence, want := range map[string]string{
		"各村、各单位要做好宣传工作。":     "各村 各单位",
		"各地各高校要做好宣传工作。":      "各地 各高校",
		"各地教育、卫生部门要做好宣传工作。":  "各地教育部门 各地卫生部门",
		"请各地将总结报市教育局职成科。":    "各地",
		"各市可结合实际自行安排活动时间。":   "各市",
		"各市、各高职院校要做好宣传报道工作。": "各市 各高职院校",
	} {
		got := mustParse(t, note("一、工作要求\n"+sentence)).Obligations
		if len(got) != 1 {
			t.Errorf("%s: %d obligations", sentence, len(got))
			continue
		}
		var who []string
		for _, p := range got[0].Who {
			who = append(who, p.Full)
		}
		equal(t, sentence, strings.Join(who, " "), want)
	}
}
