// Package config holds the one configuration of the product: from flags, the environment
// (OPENWEEK_…) and a TOML file, in this order of precedence, over defaults.
//
// Every setting has one name: the flag --audit-retention is OPENWEEK_AUDIT_RETENTION in the
// environment and audit-retention in the file. A name that does not exist is an error in the file,
// so that a misspelt setting is not silently the default.
//
// This is the only package that reads the environment. It knows nothing of what the settings do:
// help texts are message keys, which the command translates (see Options).
package config
