package activity

import "math"

// FromWGS84 gives the point in GCJ-02, the datum of public maps in China (GB 20263-2006), of a position
// that a satellite receiver tells, in degrees. Outside of China both are the same. It is exact to a few
// metres, as the published approximations of the datum are.
func FromWGS84(lng, lat float64) Point {
	if lng < 72.004 || lng > 137.8347 || lat < 0.8293 || lat > 55.8271 {
		return point(lng, lat)
	}
	// The Krasovsky ellipsoid of 1940.
	const axis, eccentricity = 6378245.0, 0.00669342162296594323
	x, y := lng-105, lat-35
	waves := 20*math.Sin(6*math.Pi*x) + 20*math.Sin(2*math.Pi*x)
	north := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) +
		(waves+20*math.Sin(math.Pi*y)+40*math.Sin(math.Pi*y/3)+160*math.Sin(math.Pi*y/12)+320*math.Sin(math.Pi*y/30))*2/3
	east := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) +
		(waves+20*math.Sin(math.Pi*x)+40*math.Sin(math.Pi*x/3)+150*math.Sin(math.Pi*x/12)+300*math.Sin(math.Pi*x/30))*2/3
	angle := lat / 180 * math.Pi
	flat := 1 - eccentricity*math.Sin(angle)*math.Sin(angle)
	return point(
		lng+east*180/(axis/math.Sqrt(flat)*math.Cos(angle)*math.Pi),
		lat+north*180/(axis*(1-eccentricity)/(flat*math.Sqrt(flat))*math.Pi),
	)
}

func point(lng, lat float64) Point {
	return Point{Lng: int64(math.Round(lng * 1e6)), Lat: int64(math.Round(lat * 1e6))}
}
