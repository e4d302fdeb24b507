package host

import "openweek/internal/httpx"

func (h *Host) measureRoutes() []httpx.Route { return nil }
