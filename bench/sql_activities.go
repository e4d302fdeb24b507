package main

// createDatabase makes a second store beside the maintenance database of a private cluster.
const createDatabase = `CREATE DATABASE openweek_thousand`

// likeScan is what a search without an index would be: the first page, in the order of lists.
const likeScan = `SELECT t.key FROM search_text AS t WHERE t.body LIKE $1 ORDER BY t.key LIMIT 21`

// analyze is what the engine does by itself within a minute of many changes.
const analyze = `ANALYZE`
