// Package sample fills an empty store with Hunan as it could look in the publicity week: regions,
// the departments of ten lines, the institutions of the ministry's list, invented outlets,
// enterprises and schools, one person to sign in as for each role, and two editions.
//
// Regions and institutions are public facts (GB/T 2260; 全国高等学校名单 2025). The provincial
// departments bear the names with which they sign the notice. Everything else is invented: such
// units say so in their names (示例), people have invented names, phones that end in 0000 and mail
// at example.cn.
//
// Filling again is refused. The package is for the demo, tests and screenshots; the server of an
// office never imports it.
package sample
