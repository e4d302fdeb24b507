package host

import "openweek/internal/httpx"

func (h *Host) visitRoutes() []httpx.Route { return nil }
