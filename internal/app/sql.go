package app

const (
	putNote = `
		INSERT INTO house_note (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`
	getNote = `
		SELECT value FROM house_note WHERE name = $1`
)
