package api

import (
	"github.com/danielgtaylor/huma/v2"

	"openweek/internal/activity"
)

// filterParams describe the query that activity.ParseFilter reads for the portal, feeds and this interface
// alike. They are written down and not read by huma, which would refuse a value in words of its own.
func filterParams() []*huma.Param {
	text := &huma.Schema{Type: huma.TypeString}
	day := &huma.Schema{Type: huma.TypeString, Format: "date"}
	codes := func() *huma.Schema { return &huma.Schema{Type: huma.TypeArray, Items: text} }
	enum := func(values ...any) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Enum: values} }
	whole := func(from, to int, usual any) *huma.Schema {
		least, most := float64(from), float64(to)
		return &huma.Schema{Type: huma.TypeInteger, Minimum: &least, Maximum: &most, Default: usual}
	}
	longest := activity.MaxQuery
	described := map[string]struct {
		schema *huma.Schema
		doc    string
	}{
		"q":         {&huma.Schema{Type: huma.TypeString, MaxLength: &longest}, "Full text in Chinese or English. Where nothing is found as it is written, pinyin, initials and words that sound alike are tried."},
		"region":    {codes(), "GB/T 2260 code; all regions inside of it count. Several mean one of them."},
		"day":       {day, "Held on this day, in Asia/Shanghai."},
		"from":      {day, "Held on this day or later. Not beside day."},
		"to":        {day, "Held on this day or earlier. Not beside day."},
		"method":    {codes(), "Code of a method of the edition; several mean one of them."},
		"topic":     {codes(), "Code of a topic of the edition; several mean one of them."},
		"audience":  {&huma.Schema{Type: huma.TypeArray, Items: enum(anys(activity.Audiences)...)}, "Whom it is meant for; several mean one of them."},
		"mode":      {&huma.Schema{Type: huma.TypeArray, Items: enum(anys(activity.Modes)...)}, "On site, online, or both at once; several mean one of them."},
		"has_seats": {enum("1", "true", "0", "false"), "1 for what can still be booked or is free entry, and is not over."},
		"unit":      {&huma.Schema{Type: huma.TypeString, Format: "uuid"}, "Id of the unit that answers for it, or of a guest host."},
		"near":      {text, "Longitude and latitude in degrees (GCJ-02), such as 112.938,28.228; cut to some hundred metres."},
		"radius":    {whole(1, activity.MaxRadius, activity.DefaultRadius), "Kilometres around near."},
		"sort":      {enum(anys(activity.Orders)...), "By time (usual), by distance from near, or by seats left."},
		"cursor":    {text, "The next of the page before."},
		"limit":     {whole(1, activity.MaxLimit, activity.DefaultLimit), "Items of a page."},
	}
	explode := true
	params := make([]*huma.Param, 0, len(activity.Parameters))
	for _, name := range activity.Parameters {
		d := described[name]
		p := &huma.Param{Name: name, In: "query", Description: d.doc, Schema: d.schema}
		if d.schema.Type == huma.TypeArray {
			p.Style, p.Explode = "form", &explode
		}
		params = append(params, p)
	}
	return params
}

func anys[T ~string](list []T) (values []any) {
	for _, one := range list {
		values = append(values, string(one))
	}
	return values
}
