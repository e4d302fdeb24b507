package sample

import (
	"context"
	"fmt"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

// Password is that of every sample person. It is printed by the demo, which listens on loopback only.
const Password = "Mudan-Liuyue-2020"

// SignIn is a sample person to sign in as.
type SignIn struct {
	Name     string // to sign in with
	Roles    []actor.Role
	Platform actor.Platform
	Unit     string // name of the unit

	region, called string // the unit's region; the person's invented name
}

// SignIns lists the sample people, one or more for each role, in the order in which the demo prints them.
func SignIns() []SignIn {
	editor, reviewer, head := []actor.Role{actor.RoleEditor}, []actor.Role{actor.RoleReviewer}, []actor.Role{actor.RoleHead}
	const office, changsha, college = "湖南省教育厅", "长沙市教育局", "长沙民政职业技术学院"
	return []SignIn{
		{Name: "sheng.head", Roles: head, Unit: office, region: Province, called: "周示例"},
		{Name: "sheng.editor", Roles: editor, Unit: office, region: Province, called: "李示范"},
		{Name: "sheng.reviewer", Roles: reviewer, Unit: office, region: Province, called: "王样本"},
		{Name: "changsha.head", Roles: head, Unit: changsha, region: "430100", called: "陈示例"},
		{Name: "changsha.editor", Roles: editor, Unit: changsha, region: "430100", called: "刘示范"},
		{Name: "renshe.head", Roles: head, Unit: "长沙市人力资源和社会保障局", region: "430100", called: "黄样本"},
		{Name: "furong.editor", Roles: append(editor, reviewer...), Unit: "芙蓉区教育局", region: "430102", called: "何示例"},
		{Name: "college.head", Roles: head, Unit: college, region: "430100", called: "欧阳示范"},
		{Name: "college.editor", Roles: editor, Unit: college, region: "430100", called: "谢样本"},
		{Name: "media.editor", Roles: editor, Unit: "湘音日报社（示例）", region: Province, called: "罗示例"},
		{Name: "firm.editor", Roles: editor, Unit: "湘锐重工集团（示例）", region: "430100", called: "彭示范"},
		{Name: "sysadmin", Platform: actor.SystemAdmin, Unit: office, region: Province, called: "曾样本"},
		{Name: "secadmin", Platform: actor.SecurityAdmin, Unit: office, region: Province, called: "肖示例"},
		{Name: "auditor", Platform: actor.Auditor, Unit: office, region: Province, called: "田示范"},
	}
}

// People writes the sample people, all with Password, which need not be changed. Units come first.
func People(ctx context.Context, d Deps) (err error) {
	defer errs.Wrap(&err, "sample.People")
	hash, err := d.Logins.NewHash(ctx, Password)
	if err != nil {
		return err
	}
	system := actor.TheSystem()
	return d.DB.Write(ctx, func(tx *sqldb.Tx) error {
		units, err := unitsByName(ctx, d, tx)
		if err != nil {
			return err
		}
		for i, who := range SignIns() {
			unitID := units[[2]string{who.region, who.Unit}]
			if unitID == "" {
				return fmt.Errorf("sample: no unit %s", who.Unit)
			}
			p, err := d.Units.CreatePersonTx(ctx, tx, system, unit.PersonDraft{
				UnitID: unitID, SignIn: who.Name, Name: who.called,
				Phone: fmt.Sprintf("138%04d0000", i+1), Email: who.Name + "@example.cn",
			})
			if err != nil {
				return err
			}
			for _, role := range who.Roles {
				if err := d.Units.GrantTx(ctx, tx, system, p.ID, role); err != nil {
					return err
				}
			}
			if who.Platform != actor.NoPlatform {
				if err := d.Units.GrantPlatformTx(ctx, tx, system, p.ID, who.Platform); err != nil {
					return err
				}
			}
			if err := d.Logins.SetPasswordTx(ctx, tx, system, p.ID, hash, false); err != nil {
				return err
			}
		}
		return nil
	})
}

// unitsByName gives the ids of the province's units by region and name.
func unitsByName(ctx context.Context, d Deps, q sqldb.Querier) (map[[2]string]string, error) {
	list, err := d.Units.FindScope(ctx, q, actor.Scope{Regions: []string{Province}})
	if err != nil {
		return nil, err
	}
	ids := make(map[[2]string]string, len(list))
	for _, u := range list {
		ids[[2]string{u.Place.Region, u.Name}] = u.ID
	}
	return ids, nil
}
