package api

import (
	"context"

	"openweek/internal/edition"
	"openweek/internal/httpx"
)

// editionBody is an edition as other programs see it.
type editionBody struct {
	ID        string     `json:"id" format:"uuid"`
	Territory string     `json:"territory" doc:"GB/T 2260 code." example:"430000"`
	Year      int        `json:"year" example:"2020"`
	Name      string     `json:"name" example:"2020年湖南省职业教育宣传活动周"`
	NameEN    string     `json:"name_en,omitempty"`
	Theme     string     `json:"theme"`
	ThemeEN   string     `json:"theme_en,omitempty"`
	Start     string     `json:"start" format:"date" doc:"First day of the week, in Asia/Shanghai."`
	End       string     `json:"end" format:"date" doc:"Last day of the week, included."`
	State     string     `json:"state" enum:"before,during,after"`
	Day       int        `json:"day,omitempty" doc:"During the week: which day it is, from 1."`
	Topics    []itemBody `json:"topics" nullable:"false" doc:"宣传内容"`
	Methods   []itemBody `json:"methods" nullable:"false" doc:"宣传方式"`
}

type itemBody struct {
	Code   string `json:"code" example:"open_campus"`
	Name   string `json:"name"`
	NameEN string `json:"name_en,omitempty"`
	Clause string `json:"clause,omitempty" doc:"Where the notice says so." example:"三.4"`
}

type currentEditionOutput struct{ Body editionBody }

func (s Services) currentEdition(ctx context.Context, r *httpx.Request, _ *struct{}) (*currentEditionOutput, error) {
	current, err := s.Editions.Current(ctx)
	if err != nil {
		return nil, err
	}
	e, err := s.Editions.Face(ctx, r.Actor, current.ID)
	if err != nil {
		return nil, err
	}
	phase := e.Phase(s.Clock.Now().Day())
	return &currentEditionOutput{editionBody{
		ID: e.ID, Territory: e.Territory, Year: e.Year, Name: e.Name, NameEN: e.NameEN, Theme: e.Theme, ThemeEN: e.ThemeEN,
		Start: string(e.Start), End: string(e.End), State: string(phase.State), Day: phase.Day,
		Topics: itemBodies(e.Topics), Methods: itemBodies(e.Methods),
	}}, nil
}

func itemBodies(items []edition.Item) []itemBody {
	bodies := make([]itemBody, len(items))
	for i, it := range items {
		bodies[i] = itemBody{Code: it.Code, Name: it.Name, NameEN: it.NameEN, Clause: it.Clause}
	}
	return bodies
}
