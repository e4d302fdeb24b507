// Package door checks people in (签到): a helper's telephone, by a link for one session or a whole place,
// recognises the codes of bookings, with or without a network.
//
// What a device was told while it had a network is enough to recognise codes and holds nothing readable
// about persons. What it saw without one it hands in later; a ticket that was used twice is found out then,
// with who, where and when.
//
// Which of two check-ins of a booking is the first is decided by a unique index in the order in which they
// are committed, not by clocks. When somebody came is the server's time of receiving less the time that
// has passed on the device since: a telephone whose clock is wrong, but ticks, tells it right. The
// device's own clock is kept beside it and decides nothing.
//
// A check-in of a link is its own record and has no audit entry; making and ending links and entering paper
// lists, which staff do, have one. The package does not know pages and cameras.
package door
