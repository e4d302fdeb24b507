// Package measure holds what an office orders for an edition or a prefecture when an epidemic or the
// weather asks for it (防控与天气措施): a share of the seats, contact details, a health notice, no visits on
// site. Before it is switched on it is shown what it does to how many people; what it did is recorded, and
// it can be switched off again.
package measure
