// Package message tells people and units things, once: in the inbox always, and beside it by mail, by
// a robot or by an SMS gateway where the office has one.
//
// A message is told in the transaction that makes it true, and told again under the same key it
// changes nothing. A letter that leaves the house is claimed, and that is committed, before it is
// sent; so it is never sent twice by itself, whatever dies when. Where nobody can know whether it
// arrived (no answer after the data, a crash in between) it is "perhaps sent", shown as such, and
// only a person sends it again, with the same Message-ID. A server that is away loses nothing:
// letters wait and are tried ever later, for a week.
//
// What is not urgent goes into one mail a day and person. What has been read in the inbox meanwhile
// is not sent any more.
//
// Letters also go to people outside of the register, such as those who book (Outside). They are claimed,
// tried and given up in the same way, have no inbox beside them, and are kept apart from messages.
//
// The package does not know what its messages mean, in which words they are written (Renderer), where
// people are reached (People, Outsiders), nor which days are working days: the caller gives the instants.
package message
