package message

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"openweek/internal/clock"
	"openweek/internal/id"
)

// Channel is a way out of the product.
type Channel string

// The channels. The inbox is none: everything stands there.
const (
	Mail  Channel = "mail"
	Robot Channel = "robot" // a webhook of WeCom, DingTalk or the like: one room for the whole office
	SMS   Channel = "sms"   // a gateway over HTTP
)

// Message is what is to be told.
type Message struct {
	// Dedupe says what makes it the same thing, such as "chase:" with the duty's id and the step. It
	// is told once, for ever.
	Dedupe string
	// One of the two is set. What a unit is told, all its people may read; who of them is written to,
	// People.Recipients says.
	ToPerson, ToUnit string
	// FromUnit is the unit on whose behalf the product itself tells it, whose people then see what
	// became of it; of anybody else's message it is the actor's own.
	FromUnit string
	// Key is the catalogue key of its sentence, such as "message.duty_due", and Args are that
	// sentence's arguments: ids, codes, days, numbers and names of things of the program. Whoever
	// renders it looks up what has a name. A personal value is refused.
	Key  string
	Args map[string]string
	Link string // a path of the product, such as "/desk/duties/0195…", or ""
	// Urgent goes out at once, not with the day's digest.
	Urgent bool
	// Due is when it may be told at the earliest, by the caller's working days; 0 is now.
	Due clock.Instant
	// Also are the channels beside mail, used where they are configured.
	Also []Channel
}

var (
	dedupeShape = regexp.MustCompile(`^[a-z][A-Za-z0-9_.:/-]{0,199}$`)
	keyShape    = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$`)
	nameShape   = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	wordShape   = regexp.MustCompile(`^[A-Za-z0-9_.:/-]{0,64}$`)
	manyDigits  = regexp.MustCompile(`[0-9]{7}`)
	linkShape   = regexp.MustCompile(`^(/[A-Za-z0-9_.~-]+)+/?(\?[A-Za-z0-9_.~=&-]*)?(#[A-Za-z0-9_.-]*)?$|^/$`)
)

// check refuses a message that the program should not have made; no person is at fault.
func (m Message) check() error {
	switch {
	case !dedupeShape.MatchString(m.Dedupe):
		return fmt.Errorf("message: the key of %s that tells it from others is malformed", m.Key)
	case (m.ToPerson == "") == (m.ToUnit == ""):
		return fmt.Errorf("message: %s is to a person or to a unit", m.Dedupe)
	case !id.Valid(m.ToPerson + m.ToUnit):
		return fmt.Errorf("message: %s is to nobody", m.Dedupe)
	case m.FromUnit != "" && !id.Valid(m.FromUnit):
		return fmt.Errorf("message: %s is from nobody", m.Dedupe)
	case !keyShape.MatchString(m.Key):
		return fmt.Errorf("message: %s has no key", m.Dedupe)
	case m.Link != "" && (!linkShape.MatchString(m.Link) || len(m.Link) > 300):
		return fmt.Errorf("message: %s leads out of the product", m.Dedupe)
	}
	for name, value := range m.Args {
		if !nameShape.MatchString(name) || !id.Valid(value) && (!wordShape.MatchString(value) || manyDigits.MatchString(value)) {
			return fmt.Errorf("message: %s: argument %s may hold a personal value", m.Dedupe, name)
		}
	}
	for _, c := range m.Also {
		if c != Robot && c != SMS {
			return fmt.Errorf("message: %s: no channel %s beside mail", m.Dedupe, c)
		}
	}
	return nil
}

// channels are mail and those asked for, each once.
func (m Message) channels() []Channel {
	list := []Channel{Mail}
	for _, c := range m.Also {
		if !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	return list
}

// Told is a message as it stands.
type Told struct {
	ID         string
	ToPerson   string
	ToUnit     string
	FromPerson string // who acted when it was told; "" for the product itself
	FromUnit   string
	Key        string
	Args       map[string]string
	Link       string
	Urgent     bool
	Created    clock.Instant
	Due        clock.Instant // since when it stands in the inbox
	Read       clock.Instant // first reading, 0 before
	ReadBy     string        // person
}

func encodeArgs(args map[string]string) (string, error) {
	if args == nil {
		args = map[string]string{}
	}
	text, err := json.Marshal(args)
	return string(text), err
}
