// Package door checks people in (签到): a helper's telephone, by a link for one session or a whole place,
// recognises the codes of bookings, with or without a network.
//
// What a device was told while it had a network is enough to recognise codes and holds nothing readable
// about persons. What it saw without one it hands in later; a ticket that was used twice is found out then,
// with who, where and when. When something happened the server says; a telephone's clock only orders what
// it hands in itself.
package door
