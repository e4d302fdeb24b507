// Package sqldbtest gives tests real stores of their own on both engines, already migrated, and
// checks them when they are closed.
//
// PostgreSQL is the server named by OPENWEEK_TEST_POSTGRES (a postgres:// URL of a maintenance
// database whose user may create databases), which `make test` sets through the command pgcluster;
// without it each test process starts one private cluster from the installed binaries. The value
// "off" skips PostgreSQL; nothing else does, so that a second engine that no test runs on is noticed.
package sqldbtest
