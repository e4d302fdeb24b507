package unit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

const findPeople = `SELECT p.id, coalesce(p.unit_id, ''), coalesce(u.name, ''), coalesce(u.name_en, ''), coalesce(u.region_code, ''),
    coalesce(u.line, ''), coalesce(u.tier, ''), coalesce(u.kind, ''), p.sign_in, p.name_sealed, p.phone_sealed, p.email_sealed, p.closed_at, p.version,
    coalesce((SELECT string_agg(pr.role, ',') FROM person_role pr WHERE pr.person_id = p.id), ''),
    coalesce((SELECT pl.role FROM platform_role pl WHERE pl.person_id = p.id), '')
FROM person p LEFT JOIN unit u ON u.id = p.unit_id
WHERE /*where*/TRUE ORDER BY p.sign_in LIMIT $1`

const scanPeople = `SELECT p.id, coalesce(p.unit_id, ''), coalesce(u.name, ''), coalesce(u.name_en, ''), coalesce(u.region_code, ''),
    coalesce(u.line, ''), coalesce(u.tier, ''), coalesce(u.kind, ''), p.sign_in, p.name_sealed, p.phone_sealed, p.email_sealed, p.closed_at, p.version,
    coalesce((SELECT string_agg(pr.role, ',') FROM person_role pr WHERE pr.person_id = p.id), ''),
    coalesce((SELECT pl.role FROM platform_role pl WHERE pl.person_id = p.id), '')
FROM person p LEFT JOIN unit u ON u.id = p.unit_id
WHERE /*where*/TRUE ORDER BY p.sign_in`

const getPerson = `SELECT p.id, coalesce(p.unit_id, ''), coalesce(u.name, ''), coalesce(u.name_en, ''), coalesce(u.region_code, ''),
    coalesce(u.line, ''), coalesce(u.tier, ''), coalesce(u.kind, ''), p.sign_in, p.name_sealed, p.phone_sealed, p.email_sealed, p.closed_at, p.version,
    coalesce((SELECT string_agg(pr.role, ',') FROM person_role pr WHERE pr.person_id = p.id), ''),
    coalesce((SELECT pl.role FROM platform_role pl WHERE pl.person_id = p.id), '')
FROM person p LEFT JOIN unit u ON u.id = p.unit_id WHERE p.id = $1`

// getActor reads no sealed value: it runs for every request.
const getActor = `SELECT coalesce(p.unit_id, ''), coalesce(u.region_code, ''), coalesce(u.line, ''), coalesce(u.tier, ''), coalesce(u.kind, ''),
    coalesce((SELECT string_agg(pr.role, ',') FROM person_role pr WHERE pr.person_id = p.id), ''),
    coalesce((SELECT pl.role FROM platform_role pl WHERE pl.person_id = p.id), '')
FROM person p LEFT JOIN unit u ON u.id = p.unit_id
WHERE p.id = $1 AND p.closed_at = 0 AND coalesce(u.closed_at, 0) = 0`

const personOfSignIn = `SELECT id FROM person WHERE sign_in = $1`

const insertPerson = `INSERT INTO person (id, unit_id, sign_in, name_sealed, name_hash, phone_sealed, phone_hash, email_sealed, email_hash,
    created_at, changed_at, closed_at, version)
VALUES ($1, nullif($2, ''), $3, $4, $5, $6, $7, $8, $9, $10, $10, 0, 1) ON CONFLICT (sign_in) DO NOTHING`

const updatePerson = `UPDATE person SET unit_id = nullif($3, ''), name_sealed = $4, name_hash = $5, phone_sealed = $6, phone_hash = $7,
    email_sealed = $8, email_hash = $9, changed_at = $10, version = version + 1
WHERE id = $1 AND version = $2 AND closed_at = 0`

const closePerson = `UPDATE person SET closed_at = $3, changed_at = $3, version = version + 1 WHERE id = $1 AND version = $2 AND closed_at = 0`

// holdUnit keeps an open unit from being closed until the transaction ends.
const holdUnit = `UPDATE unit SET version = version WHERE id = $1 AND closed_at = 0`

// holdPerson keeps an open person from being closed until the transaction ends.
const holdPerson = `UPDATE person SET version = version WHERE id = $1 AND closed_at = 0`

const insertRole = `INSERT INTO person_role (person_id, role) VALUES ($1, $2) ON CONFLICT (person_id, role) DO NOTHING`

const deleteRole = `DELETE FROM person_role WHERE person_id = $1 AND role = $2`

const deleteRoles = `DELETE FROM person_role WHERE person_id = $1`

const insertPlatform = `INSERT INTO platform_role (person_id, role) VALUES ($1, $2) ON CONFLICT (person_id) DO NOTHING`

const deletePlatform = `DELETE FROM platform_role WHERE person_id = $1`

// holdSecurityAdmins locks the rows of all security administrators and gives those that are left
// once earlier transactions have ended: two who withdraw each other's role wait here.
const holdSecurityAdmins = `UPDATE platform_role SET role = role WHERE role = 'security_admin' RETURNING person_id`

const findSealed = `SELECT id, name_sealed, phone_sealed, email_sealed, version FROM person WHERE id > $1 ORDER BY id LIMIT $2`

const resealPerson = `UPDATE person SET name_sealed = $3, phone_sealed = $4, email_sealed = $5, version = version + 1 WHERE id = $1 AND version = $2`

// sealed is a person as stored.
type sealed struct {
	Person
	name, phone, email []byte
}

func scanPerson(r row) (p sealed, err error) {
	var closedAt clock.Instant
	var roles string
	err = r.Scan(&p.ID, &p.UnitID, &p.UnitName, &p.UnitNameEN, &p.place.Region, &p.place.Line, &p.place.Tier, &p.place.Kind, &p.SignIn,
		&p.name, &p.phone, &p.email, &closedAt, &p.Version, &roles, &p.Platform)
	p.Closed, p.Roles = !closedAt.IsZero(), splitRoles(roles)
	return p, err
}

func splitRoles(s string) (roles []actor.Role) {
	if s == "" {
		return nil
	}
	for _, r := range strings.Split(s, ",") {
		roles = append(roles, actor.Role(r))
	}
	return sortRoles(roles)
}

// The purposes of sealed columns and of look-up hashes.
const (
	purposeName  = "person.name"
	purposePhone = "person.phone"
	purposeEmail = "person.email"
)

// bind names the place of a sealed value: moved to another row or column it does not open.
func bind(personID, purpose string) string {
	return "person:" + personID + ":" + strings.TrimPrefix(purpose, "person.")
}

// open decrypts; the values are in clear.
func (s *Service) open(p sealed) (Person, error) {
	for _, f := range []struct {
		purpose string
		sealed  []byte
		to      *string
	}{{purposeName, p.name, &p.Name}, {purposePhone, p.phone, &p.Phone}, {purposeEmail, p.email, &p.Email}} {
		if f.sealed == nil {
			continue
		}
		plain, err := s.ring.Open(f.purpose, f.sealed, bind(p.ID, f.purpose))
		if err != nil {
			return Person{}, fmt.Errorf("%s of %s: %w", f.purpose, p.ID, err)
		}
		*f.to = string(plain)
	}
	return p.Person, nil
}

// lock seals a value and makes its look-up hash; both are NULL for none.
func (s *Service) lock(personID, purpose, value string) (sealedValue, hash []byte) {
	if value == "" {
		return nil, nil
	}
	return s.ring.Seal(purpose, []byte(value), bind(personID, purpose)), s.ring.Hash(purpose, value)
}

func (s *Service) listPeople(ctx context.Context, q sqldb.Querier, where *sqldb.Where, statement string, fixed ...any) ([]Person, error) {
	query, args := where.Apply(statement, fixed...)
	return sqldb.List(ctx, q, func(r *sql.Rows) (Person, error) {
		p, err := scanPerson(r)
		if err != nil {
			return Person{}, err
		}
		return s.open(p)
	}, query, args...)
}

// personByID gives the person in clear, for the service's own use.
func (s *Service) personByID(ctx context.Context, q sqldb.Querier, personID string) (Person, error) {
	if !id.Valid(personID) {
		return Person{}, errs.NotFound("person.not_found")
	}
	p, err := scanPerson(q.QueryRow(ctx, getPerson, personID))
	if errors.Is(err, sql.ErrNoRows) {
		return Person{}, errs.NotFound("person.not_found")
	}
	if err != nil {
		return Person{}, err
	}
	return s.open(p)
}

func (s *Service) insertPerson(ctx context.Context, tx *sqldb.Tx, d PersonDraft) (personID string, inserted int64, err error) {
	personID = id.New()
	name, nameHash := s.lock(personID, purposeName, d.Name)
	phone, phoneHash := s.lock(personID, purposePhone, d.Phone)
	email, emailHash := s.lock(personID, purposeEmail, d.Email)
	inserted, err = tx.Exec(ctx, insertPerson, personID, d.UnitID, d.SignIn, name, nameHash, phone, phoneHash, email, emailHash, int64(s.clock.Now()))
	return personID, inserted, err
}

func (s *Service) updatePerson(ctx context.Context, tx *sqldb.Tx, p Person, version int64) (changed int64, err error) {
	name, nameHash := s.lock(p.ID, purposeName, p.Name)
	phone, phoneHash := s.lock(p.ID, purposePhone, p.Phone)
	email, emailHash := s.lock(p.ID, purposeEmail, p.Email)
	return tx.Exec(ctx, updatePerson, p.ID, version, p.UnitID, name, nameHash, phone, phoneHash, email, emailHash, int64(s.clock.Now()))
}

// peopleWhere joins the filter to the scopes in which the actor may see people.
func (s *Service) peopleWhere(scopes actor.Scopes, f PeopleFilter) *sqldb.Where {
	w := scopes.SQL(actor.UnitColumns("u"))
	switch f.State {
	case Open:
		w.And("p.closed_at = 0")
	case Closed:
		w.And("p.closed_at <> 0")
	}
	if f.UnitID != "" {
		w.And("p.unit_id = ?", f.UnitID)
	}
	if f.Role != "" {
		w.And("EXISTS (SELECT 1 FROM person_role fr WHERE fr.person_id = p.id AND fr.role = ?)", string(f.Role))
	}
	if f.Platform != "" {
		w.And("EXISTS (SELECT 1 FROM platform_role fp WHERE fp.person_id = p.id AND fp.role = ?)", string(f.Platform))
	}
	if text := tidy(strings.ToValidUTF8(f.Text, "")); text != "" {
		w.Any(
			(&sqldb.Where{}).And("p.name_hash = ?", s.ring.Hash(purposeName, text)),
			(&sqldb.Where{}).And("p.phone_hash = ?", s.ring.Hash(purposePhone, foldPhone(text))),
			(&sqldb.Where{}).And("p.email_hash = ?", s.ring.Hash(purposeEmail, foldEmail(text))),
			(&sqldb.Where{}).And("p.sign_in LIKE ? ESCAPE '!'", sqldb.LikePrefix(withoutNUL(foldSignIn(text)))),
		)
	}
	return w
}

// peopleAfter continues a list behind a sign-in name, in the order of findPeople.
func peopleAfter(w *sqldb.Where, signIn string) { w.And("p.sign_in > ?", signIn) }

// ofUnits leaves out those without a unit.
func ofUnits(w *sqldb.Where) *sqldb.Where { return w.And("p.unit_id IS NOT NULL") }

// withoutNUL: PostgreSQL takes no NUL in a text.
func withoutNUL(s string) string { return strings.ReplaceAll(s, "\x00", "") }

func holdOpen(ctx context.Context, tx *sqldb.Tx, statement, rowID string, gone *errs.Error) error {
	n, err := tx.Exec(ctx, statement, rowID)
	if err == nil && n == 0 {
		return gone
	}
	return err
}

func listIDs(ctx context.Context, q sqldb.Querier, query string, args ...any) ([]string, error) {
	return sqldb.List(ctx, q, func(r *sql.Rows) (one string, err error) {
		err = r.Scan(&one)
		return one, err
	}, query, args...)
}
