// Package visit books the visits of classes (班级参访): a school's teacher books a group, the host confirms
// it or a rule does, and the education bureau of the prefecture, which the notice makes the organiser,
// allots schools to hosts.
//
// The seats of a visit are a booking of package booking; this package holds what is said of the class.
// Pupils are head-counts. Names stand only in a roster that the school keeps and erases.
package visit
