package sample

// Words of which activities are made. pair holds a Chinese word and its English one.
type pair struct{ zh, en string }

// Programmes of vocational education, after the ministry's catalogue of 2021.
var programmes = []pair{
	{"数控技术", "machine tools"}, {"工业机器人技术", "industrial robots"}, {"机电一体化", "mechatronics"}, {"汽车检测与维修", "car repair"},
	{"新能源汽车技术", "electric vehicles"}, {"轨道交通车辆", "rail vehicles"}, {"无人机应用", "drones"}, {"建筑工程技术", "building"},
	{"工程造价", "construction costing"}, {"建筑装饰设计", "interior design"}, {"护理", "nursing"}, {"助产", "midwifery"}, {"中药学", "Chinese pharmacy"},
	{"康复治疗", "rehabilitation"}, {"口腔医学技术", "dental technology"}, {"婴幼儿托育", "infant care"}, {"学前教育", "early childhood education"},
	{"智慧健康养老", "care of the elderly"}, {"烹饪工艺", "cooking"}, {"中西面点", "pastry"}, {"茶艺与茶叶加工", "tea"}, {"酒店管理", "hotel management"},
	{"旅游管理", "tourism"}, {"研学旅行", "study travel"}, {"电子商务", "e-commerce"}, {"直播营销", "live selling"}, {"大数据与会计", "accounting"},
	{"现代物流", "logistics"}, {"人工智能应用", "artificial intelligence"}, {"软件技术", "software"}, {"物联网应用", "internet of things"},
	{"信息安全", "information security"}, {"动漫制作", "animation"}, {"数字媒体艺术", "digital media"}, {"服装设计与工艺", "clothing"},
	{"湘绣设计与工艺", "Hunan embroidery"}, {"陶瓷设计与工艺", "ceramics"}, {"烟花爆竹技术与管理", "fireworks"}, {"现代农业技术", "modern farming"},
	{"园林技术", "gardening"}, {"畜牧兽医", "veterinary care"}, {"茶叶生产与加工", "tea growing"}, {"水利工程", "water engineering"},
	{"电力系统自动化", "power grids"}, {"焊接技术", "welding"}, {"增材制造技术（３Ｄ打印）", "3D printing"}, {"船舶工程技术", "shipbuilding"},
	{"石油化工技术", "chemical engineering"}, {"环境监测", "environmental monitoring"}, {"安全应急技术", "emergency response"}, {"民航空中服务", "cabin service"},
	{"戏曲表演", "traditional opera"}, {"民族传统技艺", "folk crafts"}, {"体育运营", "sports"}, {"法律事务", "legal work"}, {"社会工作", "social work"},
}

// Services that colleges bring into communities (notice §三.3).
var services = []pair{
	{"健康护理", "health care"}, {"血压血糖检测", "blood pressure checks"}, {"中医推拿体验", "Chinese massage"}, {"家用电器维修保养", "repair of appliances"},
	{"智能手机使用辅导", "help with smartphones"}, {"电脑清灰与系统维护", "computer maintenance"}, {"自行车与电动车检修", "bicycle checks"},
	{"民族文化展演", "folk culture"}, {"剪纸技艺体验", "paper cutting"}, {"湘绣技艺体验", "Hunan embroidery"}, {"糖画与面塑", "sugar painting"},
	{"书法春联", "calligraphy"}, {"职业礼仪讲座", "manners at work"}, {"环境保护与垃圾分类", "sorting of waste"}, {"进城务工常识", "advice for migrant workers"},
	{"家庭急救知识", "first aid at home"}, {"家常菜烹饪课", "home cooking"}, {"婴幼儿照护指导", "baby care"}, {"法律咨询", "legal advice"}, {"园艺与阳台种植", "balcony gardening"},
}

// Works that can be visited.
var works = []pair{
	{"智能制造生产线", "smart production line"}, {"轨道交通装备总装车间", "rail assembly shop"}, {"工程机械试验场", "proving ground of construction machinery"},
	{"新材料研发中心", "materials laboratory"}, {"中药饮片加工车间", "Chinese medicine works"}, {"食品加工与检测中心", "food works"}, {"陶瓷烧制工坊", "kiln"},
	{"黑茶发酵车间", "dark tea works"}, {"电子元件洁净车间", "clean room"}, {"锂电池检测实验室", "battery laboratory"}, {"航空发动机零部件车间", "engine parts shop"},
	{"服装智能裁剪车间", "cutting shop"}, {"印刷数字化车间", "print shop"}, {"乡村电商直播基地", "rural e-commerce base"}, {"现代物流分拣中心", "sorting centre"}, {"生态养殖基地", "farm"},
}

// Talks that are given.
var talks = []pair{
	{"大国工匠成长之路", "how a craftsman is made"}, {"技能成才、技能报国", "skills for the country"}, {"职业教育法解读", "the vocational education law"},
	{"产教融合的创新实践", "industry and education together"}, {"劳动模范进校园", "model workers at school"}, {"优秀毕业生分享", "graduates tell"},
	{"技能大赛背后的故事", "behind the skills contest"}, {"从职校生到技术能手", "from pupil to expert"}, {"职业生涯规划", "career planning"},
	{"中考后的选择：认识职业教育", "choices after middle school"}, {"非遗传承人面对面", "meeting a master of crafts"}, {"创新创业经验交流", "starting a business"},
}

var (
	experiences = []string{"技能体验", "职业启蒙课", "实训开放日", "校园参观", "互动体验课", "作品展示", "半日学徒", "亲子体验", "专业咨询", "技能比武观摩"}
	lectures    = []string{"专题报告会", "分享会", "宣讲会", "座谈会", "公开课", "云端直播讲堂"}
	campusRooms = []string{"实训楼一层大厅", "产教融合实训中心", "工程训练中心", "图书馆报告厅", "学术交流中心", "体育馆", "创新创业孵化基地", "艺术楼展厅", "大学生活动中心", "技能大师工作室"}
	civicRooms  = []string{"社区党群服务中心", "新时代文明实践站", "文化广场", "居民活动室", "养老服务中心", "社区图书室", "小区中心花园", "街道综合文化站"}
	workRooms   = []string{"厂区展厅", "一号车间", "技术中心", "培训中心", "质量检测中心", "示范基地"}
	roads       = []string{"工匠路", "技能大道", "芙蓉大道", "人民路", "学府路", "建设路", "劳动路", "湘江路", "育才街", "文昌路", "金桂路", "梧桐街"}
	leads       = []string{"由骨干教师和技能大师带队", "在专业教师的指导下", "由企业工程师现场讲解", "由优秀学生志愿者全程引导", "在省级技能大师工作室", "采用小班分组的方式"}
	steps       = []string{"了解行业发展和岗位要求", "观摩真实的生产流程", "动手完成一件小作品", "与一线技术人员交流", "体验虚拟仿真实训设备", "听取升学与就业的介绍", "参观学生作品展", "参与趣味技能挑战"}
	gains       = []string{"感受工匠精神", "认识职业教育的多样选择", "体会劳动的价值", "掌握实用的生活技能", "增进对技术技能人才的了解", "共享职业教育发展成果"}
	safeties    = []string{"请勿触摸运转的设备，听从现场人员安排。", "未成年人须由监护人陪同。", "请穿平底鞋，长发请束起。", "场地容量有限，请按预约时间到场。"}
	accesses    = []string{"乘公交至“示例路口”站，步行约五分钟。", "地面停车位有限，建议公共交通出行。", "南门入校，凭预约码登记。", "与社区服务大厅同一入口。"}
	helpDesks   = []string{"招生就业处", "团委", "继续教育学院", "办公室", "宣传科", "社会服务中心"}
)

// centres are where prefectures lie, in GCJ-02 thousandths of a degree, with the area code of their
// telephones and their share of what is held, in hundredths.
var centres = map[string]struct {
	lng, lat int64
	phone    string
	share    int
}{
	"4301": {112938, 28228, "0731", 26}, "4302": {113134, 27828, "0731", 9}, "4303": {112944, 27829, "0731", 7}, "4304": {112572, 26894, "0734", 9},
	"4305": {111468, 27239, "0739", 7}, "4306": {113129, 29357, "0730", 7}, "4307": {111698, 29032, "0736", 7}, "4308": {110479, 29117, "0744", 3},
	"4309": {112355, 28554, "0737", 5}, "4310": {113015, 25770, "0735", 5}, "4311": {111613, 26420, "0746", 5}, "4312": {110002, 27570, "0745", 4},
	"4313": {111994, 27700, "0738", 4}, "4331": {109739, 28312, "0743", 2},
}
