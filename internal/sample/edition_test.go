package sample_test

import (
	"testing"

	"openweek/internal/actor"
	"openweek/internal/edition"
	"openweek/internal/sample"
	"openweek/internal/sqldb"
	"openweek/internal/sqldb/sqldbtest"
)

func TestTodayIsTheSecondDayOfThisYearsWeek(t *testing.T) {
	t.Parallel()
	d := deps(t, sqldbtest.Open(t, sqldbtest.New(t, sqldb.SQLite), edition.Verify))
	if err := sample.Fill(ctx, d); err != nil {
		t.Fatal(err)
	}
	now, err := d.Editions.Current(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if p := now.Phase(d.Clock.Now().Day()); p != (edition.Phase{State: edition.During, Day: 2, Of: 7}) {
		t.Errorf("got %+v", p)
	}
	if now.Start == "" || now.Year < 2025 {
		t.Errorf("got %+v", now)
	}
	full, err := d.Editions.Get(ctx, actor.TheSystem(), now.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(full.Amendments) != 1 || full.Amendments[0].Number == "" || len(full.Amendments[0].Dues) != 2 || len(full.LocalThemes) != 6 {
		t.Errorf("got %d local themes, amendments %+v", len(full.LocalThemes), full.Amendments)
	}
}

func TestEditionOf2020IsArchivedAndHasEnglishNamesThroughout(t *testing.T) {
	t.Parallel()
	d := deps(t, sqldbtest.Open(t, sqldbtest.New(t, sqldb.SQLite), edition.Verify))
	if err := sample.Fill(ctx, d); err != nil {
		t.Fatal(err)
	}
	list, err := d.Editions.Find(ctx, actor.Actor{}, edition.Filter{Year: 2020})
	if err != nil || len(list) != 1 {
		t.Fatalf("got %d, %v", len(list), err)
	}
	e, err := d.Editions.Get(ctx, actor.TheSystem(), list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if e.Status != edition.StatusArchived || e.Start != "2020-07-20" || e.End != "2020-07-26" || e.Theme != "推进高质量发展，建设职业教育强省" {
		t.Errorf("got %+v", e.Summary)
	}
	if len(e.Topics) != 7 || len(e.Methods) != 5 || len(e.Issuers) != 10 || len(e.Obligations) != 18 {
		t.Errorf("%d topics, %d methods, %d issuers, %d obligations", len(e.Topics), len(e.Methods), len(e.Issuers), len(e.Obligations))
	}
	for _, i := range e.Issuers {
		if i.NameEN == "" {
			t.Errorf("no English for %s", i.Name)
		}
	}
	for _, kind := range edition.ItemKinds {
		for _, it := range e.Items(kind) {
			if it.NameEN == "" {
				t.Errorf("no English for %s", it.Name)
			}
		}
	}
	for _, o := range e.Obligations {
		if o.WhatEN == "" {
			t.Errorf("no English for %s", o.What)
		}
	}
	summary := e.Obligations[len(e.Obligations)-1]
	if summary.Clause != "四.5" || summary.Due != "2020-08-31" || summary.Count != 14+93 {
		t.Errorf("the summary is owed by %d units by %s (%s)", summary.Count, summary.Due, summary.Clause)
	}
}
