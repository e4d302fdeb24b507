package host

import "openweek/internal/httpx"

func (h *Host) doorRoutes() []httpx.Route { return nil }
