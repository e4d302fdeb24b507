package schema

// For the tests of this package.
var (
	MigrateTo = migrateTo
	Translate = translate
)
