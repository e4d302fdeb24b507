package notice

import (
	"strings"
	"testing"
)

// brief is what a notice of the genre is expected to yield. The texts were written for
// these tests: other provinces, other departments, other kinds of document.
type brief struct {
	title, number, issued, window, theme string
	issuers, addressees, headings        []string
	phones, emails, attachments, dues    []string
	doubtfulHeadings                     bool
}

func briefOf(d Draft) brief {
	b := brief{
		title: d.Title.Value, number: d.DocNumber.Value, issued: string(d.IssuedOn.Value), theme: d.Theme.Value,
		issuers: values(d.Issuers), addressees: values(d.Addressees), headings: values(d.Headings),
		phones: values(d.Phones), emails: values(d.Emails), attachments: values(d.Attachments),
	}
	if d.Window.Start.Value != "" {
		b.window = string(d.Window.Start.Value + " " + d.Window.End.Value)
	}
	for _, l := range d.Deadlines {
		b.dues = append(b.dues, l.Due.Value.String())
	}
	for _, h := range d.Headings {
		b.doubtfulHeadings = b.doubtfulHeadings || h.Certainty == Doubtful
	}
	return b
}

func TestNoticesOfTheGenre(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]brief{
		"province_week_2023": {
			title: "江西省教育厅 江西省总工会关于举办2023年全省职业技能宣传月的通知", number: "赣教职成字〔2023〕18号", issued: "2023-04-11",
			window: "2023-05-08 2023-06-07", theme: "技能成才 匠心筑梦",
			issuers: []string{"江西省教育厅", "江西省总工会"}, addressees: []string{"各设区市、省直管县（市）教育局", "总工会", "有关高等职业院校"},
			headings: []string{"活动时间", "活动主题", "活动内容", "有关要求"}, phones: []string{"0791-86760000", "13900000000"}, emails: []string{"jxzc@example.cn"},
			attachments: []string{"校园开放日活动安排表", "工匠进校园活动登记表（由各设区市总工会填写）"}, dues: []string{"2023-05-20", "2023-04-25T17:30", "2023-06-15"},
		},
		"university": {
			title: "关于开展2014年大学生社会实践优秀成果评选的通知", issued: "2014-09-02", issuers: []string{"校团委"}, addressees: []string{"各学院团委", "各学生社团"},
			headings: []string{"评选范围", "材料报送", "答辩"}, phones: []string{"8822 0000"}, emails: []string{"sjb＠example.cn"},
			attachments: []string{"社会实践优秀成果推荐表", "社会实践优秀成果汇总表"}, dues: []string{"2014-09-12T17:00", "2014-09-10T24:00"},
		},
		"joined_ocr": {
			title: "关于举办青禾省第八届大学生科技作品竞赛的通知", number: "青团联字〔2019〕31号", issued: "2019-03-11",
			issuers: []string{"共青团青禾省委员会", "青禾省学生联合会"}, addressees: []string{"各市团委", "学联", "各高等学校团委", "学生会"},
			headings: []string{"组织领导", "时间安排", "参赛要求", "报送方式"}, doubtfulHeadings: true, phones: []string{"0599-8712XXXX"}, emails: []string{"qh_kj@example.cn"},
			attachments: []string{"竞赛作品申报书", "竞赛作品汇总表"}, dues: []string{"2019-04-30", "2019-04-30"},
		},
		"letter": {
			title: "云岭市文化和旅游局关于商请提供活动场地的函", issued: "2021-09-17", window: "2021-10-16 2021-10-16",
			issuers: []string{"云岭市文化和旅游局"}, addressees: []string{"云岭市体育馆"}, phones: []string{"（0877）2010000转803"}, dues: []string{"2021-09-30"},
		},
		"forwarded_html": {
			title: "海州区教育局关于印发《中小学劳动教育周实施方案》的通知", number: "海教发〔2022〕7号", issued: "2022-04-06", window: "2022-05-04 2022-05-10", theme: "劳动最光荣",
			issuers: []string{"海州区教育局"}, addressees: []string{"各中小学校", "幼儿园", "局机关各股室"},
			headings: []string{"活动时间", "活动主题", "活动安排", "工作要求"}, attachments: []string{"劳动教育周活动统计表"}, dues: []string{"2022-05-16"},
		},
		"journal": {
			title: "《山区教育研究》编辑部关于征集“双减”专题稿件的启事", issued: "2021-11-20", issuers: []string{"《山区教育研究》编辑部"}, addressees: []string{"广大教师", "教研人员"},
			headings: []string{"选题范围", "稿件要求", "截稿时间", "投稿邮箱"}, phones: []string{"400-100-0000", "010-62010000-8012"}, emails: []string{"sqjy@example.cn"}, dues: []string{"2022-01-15"},
		},
		"exhibition": {
			title: "全国学联秘书处关于举办第三届全国大学生书画展的通知", issued: "2015-08-25", window: "2015-09-01 2015-11-30", theme: "墨韵青春",
			issuers: []string{"全国学联秘书处"}, addressees: []string{"各省、自治区、直辖市学联"}, headings: []string{"主题", "时间", "参展对象", "活动安排", "报送要求", "联系方式"},
			phones: []string{"010－85210000", "85210001"}, emails: []string{"xl@example.cn"}, attachments: []string{"作品登记表"}, dues: []string{"2015-09-30", "2015-10-05"},
		},
		"training": {
			title: "关于举办全省高职院校辅导员培训班的预通知", issued: "2017-10-12", window: "2017-11-08 2017-11-11",
			issuers: []string{"湖南省高职院校学生工作研究会", "湖南某某职业技术学院"}, addressees: []string{"各高职院校学生处"},
			headings: []string{"培训时间", "培训地点", "培训对象", "报名方式", "其他事项"}, phones: []string{"13700000000", "0731—8540 0000"}, emails: []string{"hw@example.cn"},
			attachments: []string{"报名回执表.doc"}, dues: []string{"2017-10-25"},
		},
		"joined_union": {
			title: "青禾省总工会关于开展“建功十四五”职工书画作品征集活动的通知", number: "青会〔2021〕22号", issued: "2021-03-26", theme: "永远跟党走奋进新征程",
			issuers: []string{"青禾省总工会"}, addressees: []string{"各市总工会", "省产业工会", "大企业工会"},
			headings: []string{"活动主题", "参加对象", "作品要求", "报送时间和方式", "有关要求"}, doubtfulHeadings: true,
			phones: []string{"0531-5161XXXX", "5161XXXX"}, emails: []string{"qhzgh@example.cn"}, attachments: []string{"作品登记表", "作品汇总表"}, dues: []string{"2021-05-31"},
		},
		"reply": {
			title: "关于同意筹建南江技师学院的批复", number: "南人社函〔2018〕第45号", issued: "2018-06-20",
			issuers: []string{"南江省人力资源和社会保障厅"}, addressees: []string{"白水市人民政府"}, dues: []string{"2019-06-30"},
		},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			equal(t, "brief", briefOf(mustParse(t, read(t, "testdata/notices/"+file+".txt"))), want)
		})
	}
}

// note makes a short notice around one sentence of its body.
func note(body string) string {
	return "关于做好有关工作的通知\n各单位：\n现将有关事项通知如下。\n" + body + "\n某某市教育局\n2021年3月10日\n"
}

func TestDeadlineGrammar(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"请各校于3月31日前将材料报送市教育局。":            "2021-03-31",
		"请各校于2021年3月31日（星期三）下班前将材料报市教育局。": "2021-03-31",
		"材料报送截止时间：2021年4月2日17：00。":        "2021-04-02T17:00",
		"请于4月2日中午12点前提交。":                 "2021-04-02T12:00",
		"请各校务必于4月2日下午3时30分之前上报。":          "2021-04-02T15:30",
		"报名截止日期为2021年4月2日。":               "2021-04-02",
		"请不迟于4月2日提交材料。":                   "2021-04-02",
		"申报时间：2021年4月1日至4月10日。":           "2021-04-10",
		"请各校于4月底前完成自查。":                   "2021-04-30",
		"请各校于2021年年底前完成整改。":               "2021-12-31",
		"请各校于2021年底前完成整改。":                "2021-12-31",
		"请于二〇二一年四月二日前报送。":                 "2021-04-02",
		"请于2021-04-02前报送。":                "2021-04-02",
		"请于2021/4/2前将回执发送至邮箱。":            "2021-04-02",
		"请于1月15日前将总结报送我局。":                "2021-01-15",
		"请各校于每月25日前报送进度。":                 "",
		"请各校在收到通知后15天内报送。":                "",
		"申报人须为2021年3月1日前已注册的企业。":          "",
		"本办法自2021年4月1日起施行。":               "",
		"截至2020年底，全市已建成学校30所。":            "",
		"培训人员请于4月2日9:00前到市教育局报到。":         "",
		"二维码4月2日前有效。":                     "",
		"请各校4月2O日前报送，逾期不予受理。":             "2021-04-20",
		"请于4 月 2 日 前 将材料报 送市教育局。":         "2021-04-02",
		"请于4月2日（含）前报送。":                   "2021-04-02",
		"各校自查报告请于4月2日前以书面形式送至办公室。":        "2021-04-02",
		"请于4月2日将材料交至办公室。":                 "2021-04-02",
		"会议定于4月2日在市教育局召开。":                "",
		"网上报名：2021年4月1日8:00-4月5日18:00。":   "2021-04-05T18:00",
		"请于2月30日前报送。":                     "",
	} {
		var got []string
		for _, l := range mustParse(t, note(body)).Deadlines {
			got = append(got, l.Due.Value.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}

func TestObligationGrammar(t *testing.T) {
	t.Parallel()
	type duty struct {
		who       string
		required  bool
		discharge Discharge
		timing    Timing
	}
	for sentence, want := range map[string]duty{
		"各县（市、区）教育局要加强领导，制定工作方案。":           {"各县（市、区）教育局", true, ByFiling, TimingOpen},
		"请各学校于4月2日前将活动总结材料报送市教育局。":          {"各学校", true, ByFiling, TimingDue},
		"各学校可结合实际自行确定活动时间。":                 {"各学校", false, ByDecision, TimingOpen},
		"鼓励各学校开展线上主题活动。":                    {"各学校", false, ByEvidence, TimingOpen},
		"宣传周期间，各学校要组织一次专题学习。":               {"各学校", true, ByEvidence, TimingWindow},
		"由市总工会牵头，会同市教育局开展工匠进校园活动，请各学校予以配合。": {"各学校", true, ByEvidence, TimingOnRequest},
		"各级团组织应当广泛开展学习宣讲活动。":                {"各级团组织", true, ByEvidence, TimingOpen},
		"市、县教育、卫生健康、文化和旅游部门要做好宣传报道。":        {"市、县教育部门 卫生健康部门 文化和旅游部门", true, ByEvidence, TimingOpen},
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
		is := duty{strings.Join(who, " "), got[0].Required, got[0].Discharge, got[0].Timing}
		if is != want {
			t.Errorf("%s: got %+v, want %+v", sentence, is, want)
		}
	}
}

func TestWordsThatOnlyLookLikeDuties(t *testing.T) {
	t.Parallel()
	for _, sentence := range []string{"这是全市教育系统的主要任务。", "该项工作具有重要意义。", "相应经费由市财政安排。", "未尽事宜，请与市教育局联系。", "具体要求请详见附件。"} {
		if got := mustParse(t, note("一、工作背景\n"+sentence)).Obligations; len(got) > 0 {
			t.Errorf("%s: taken for an obligation of %v", sentence, got[0].Who)
		}
	}
}

func TestDocNumberShapes(t *testing.T) {
	t.Parallel()
	for printed, want := range map[string]string{
		"湘教通〔2020〕166号":   "湘教通〔2020〕166号",
		"湘教通[2020]166号":   "湘教通〔2020〕166号",
		"湘教通（2020）166号":   "湘教通〔2020〕166号",
		"湘教通【2020】166 号":  "湘教通〔2020〕166号",
		"湘教通〔2020 }166号":  "湘教通〔2020〕166号",
		"教职成厅函〔2021〕第5号":  "教职成厅函〔2021〕第5号",
		"（教职成〔2021〕5号）":   "教职成〔2021〕5号",
		"国科发智（基）〔2021〕5号": "国科发智（基）〔2021〕5号",
		"2021年第3号":        "2021年第3号",
	} {
		text := "某某省教育厅\n" + printed + "\n关于做好有关工作的通知\n各单位：\n根据《规划》（国发〔2014〕18号）要求，请于4月2日前报送。\n"
		equal(t, printed, mustParse(t, text).DocNumber.Value, want)
		below := "关于做好有关工作的通知\n" + printed + "\n各单位：\n根据《规划》（国发〔2014〕18号）要求，请于4月2日前报送。\n"
		equal(t, printed+" below the title", mustParse(t, below).DocNumber.Value, want)
	}
}

func TestCitedNumberIsNotTheNotices(t *testing.T) {
	t.Parallel()
	d := mustParse(t, "关于转发《关于做好有关工作的通知》的通知\n各单位：\n现将《关于做好有关工作的通知》（湘教通〔2020〕16号）转发给你们，请于2020年4月2日前报送。\n")
	equal(t, "number", d.DocNumber.Value, "")
}

func TestContactShapes(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"联系电话：0731-84710000，84710001。":          "0731-84710000 84710001",
		"电话：(0731)84710000":                     "(0731)84710000",
		"电 话：0731—8471 0000  传 真：0731—84710001": "0731—8471 0000",
		"联系人：李某，13800000000":                    "13800000000",
		"电话/传真：0731-84710000":                   "0731-84710000",
		"电话：0731-84710000（传真）":                  "",
		"电话：84710000、84710001（传真）":              "84710000",
		"咨询热线：400-800-0000":                     "400-800-0000",
		"电话：0731-84710000-8012，邮编：410000":       "0731-84710000-8012",
		"电话：0731-84710000转8012":                 "0731-84710000转8012",
		"QQ群：84710000":                          "",
		"账号：84710000":                           "",
		"联系方式：0531-8882XXXX1379104XXXX":         "0531-8882XXXX 1379104XXXX",
		"电话：8471****":                           "8471****",
		"电话：+86-13800000000":                    "+86-13800000000",
		"联系电话：84710000 84710001 84710000":       "84710000 84710001",
	} {
		equal(t, line, strings.Join(values(mustParse(t, note(line)).Phones), " "), want)
	}
	for line, want := range map[string]string{
		"邮箱：abc_1@example.cn。":        "abc_1@example.cn",
		"邮箱：abc@mail.example.cn，电话：1": "abc@mail.example.cn",
		"发送至邮箱a.b@example.cn附件":       "a.b@example.cn",
		"邮箱：abc＠example.cn":           "abc＠example.cn",
		"邮箱：abc@ example.cn":          "abc@ example.cn",
		"邮箱：XXX@163.com":              "XXX@163.com",
		"微信@某某":                       "",
	} {
		equal(t, line, strings.ReplaceAll(strings.Join(values(mustParse(t, note(line)).Emails), " "), " ", ""), strings.ReplaceAll(want, " ", ""))
	}
}

func TestAddresseeShapes(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][]string{
		"各省、自治区、直辖市教育厅（教委），新疆生产建设兵团教育局：": {"各省、自治区、直辖市教育厅（教委）", "新疆生产建设兵团教育局"},
		"各市、县（市、区）教育局，各高校：":              {"各市、县（市、区）教育局", "各高校"},
		"各市州、县市区教育局：":                    {"各市州、县市区教育局"},
		"各县（市）、区教育局，经开区、高新区社会事业局：":       {"各县（市）、区教育局", "经开区、高新区社会事业局"},
		"各学院、各部门：":                       {"各学院", "各部门"},
		"全体师生：":                          {"全体师生"},
		"省直各单位,各市(州)总工会:":                {"省直各单位", "各市(州)总工会"},
		"各位老师、同学们：":                      {"各位老师", "同学们"},
	} {
		text := "关于做好有关工作的通知\n" + line + "\n为做好有关工作，现将有关事项通知如下：\n一、总体要求\n提高认识。\n"
		equal(t, line, values(mustParse(t, text).Addressees), want)
	}
}

func TestWindowGrammar(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"活动时间：2021年5月8日至14日。":        "2021-05-08 2021-05-14",
		"活动周定于5月8日（周六）至5月14日（周五）举行。": "2021-05-08 2021-05-14",
		"宣传周时间为：5月8日-5月14日。":         "2021-05-08 2021-05-14",
		"培训班于5月8日—10日在市委党校举办。":       "2021-05-08 2021-05-10",
		"会议时间：2021.5.8-5.10，会期三天。":   "2021-05-08 2021-05-10",
		"考试时间：5月8日、9日。":              "2021-05-08 2021-05-09",
		"大赛定于2021年5月至10月举办。":         "2021-05-01 2021-10-31",
		"比赛时间：2021年5月8曰上午9:00。":      "2021-05-08 2021-05-08",
		"活动时间：2021年5月8日起至6月8日止。":     "2021-05-08 2021-06-08",
		"活动时间：12月28日至1月3日。":          "2021-12-28 2022-01-03",
		"报名时间：5月8日至14日。":             "",
		"报到时间：5月8日全天。":               "",
		"活动拟于5月在市体育馆举办。":             "",
		"检查时间：5月8日。":                 "",
		"总结材料请于5月8日前报送。":             "",
	} {
		d := mustParse(t, note(body))
		got := ""
		if d.Window.Start.Value != "" {
			got = string(d.Window.Start.Value + " " + d.Window.End.Value)
		}
		equal(t, body, got, want)
	}
}

func TestThemeGrammar(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"活动主题为“技能让生活更美好”。":                     "技能让生活更美好",
		"宣传主题：劳动光荣，技能宝贵。":                      "劳动光荣，技能宝贵",
		"活动以“技能成才”为主题，面向全市开展。":                 "技能成才",
		"一、活动主题\n技能成才 强国有我\n二、活动时间\n另行通知。":     "技能成才 强国有我",
		"一、活动主题\n本次活动围绕学校特色开展。\n二、活动时间\n另行通知。": "",
		"要组织主题教育和主题班会。":                        "",
		"各班以“爱校”为主题出黑板报，以“爱国”为主题开班会。":          "",
	} {
		equal(t, body, mustParse(t, note(body)).Theme.Value, want)
	}
}

func TestIssuersOfATitleWithoutLetterhead(t *testing.T) {
	t.Parallel()
	for title, want := range map[string][]string{
		"教育部等十部门关于做好有关工作的通知":        {"教育部"},
		"教育部 财政部关于做好有关工作的通知":        {"教育部", "财政部"},
		"教育部财政部关于做好有关工作的通知":         {"教育部", "财政部"},
		"中共某某市委 某某市人民政府关于做好有关工作的通知": {"中共某某市委", "某某市人民政府"},
		"关于做好有关工作的通知":               nil,
	} {
		equal(t, title, values(mustParse(t, title+"\n各单位：\n现将有关事项通知如下。\n").Issuers), want)
	}
}
