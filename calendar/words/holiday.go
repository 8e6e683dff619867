package words

// Feasts, by the numbers that the tables give them.
const (
	christmas = iota + 1
	christmasEve
	boxingDay
	newYear
	newYearsEve
	valentine
	halloween
	thanksgiving
	easter
	goodFriday
	easterMonday
	laborDay
	memorialDay
	kingDay
	mothersDay
	fathersDay
	blackFriday
	stPatrick
	independenceDay
	veteransDay
	presidentsDay
	columbusDay
	earthDay
	aprilFools
	ashWednesday
	pentecost
	ascension
	mayDay
	groundhogDay
	epiphany
	guyFawkes
	cincoDeMayo
	whitMonday
	palmSunday
	maundyThursday
	stStephen
	womensDay
	juneteenth
	cyberMonday
	allSaints
)

// fixedFeasts are those of one date, as month and day.
var fixedFeasts = [...][2]int8{
	christmas: {12, 25}, christmasEve: {12, 24}, boxingDay: {12, 26}, newYear: {1, 1}, newYearsEve: {12, 31},
	valentine: {2, 14}, halloween: {10, 31}, stPatrick: {3, 17}, independenceDay: {7, 4}, veteransDay: {11, 11},
	earthDay: {4, 22}, aprilFools: {4, 1}, mayDay: {5, 1}, groundhogDay: {2, 2}, epiphany: {1, 6}, guyFawkes: {11, 5},
	cincoDeMayo: {5, 5}, stStephen: {12, 26}, womensDay: {3, 8}, juneteenth: {6, 19}, allSaints: {11, 1},
}

// easterFeasts are those counted from Easter Sunday.
var easterFeasts = map[int]int{
	easter: 0, goodFriday: -2, easterMonday: 1, ashWednesday: -46, pentecost: 49, ascension: 39, whitMonday: 50,
	palmSunday: -7, maundyThursday: -3,
}

// floating is a feast on the nth weekday of a month, and days after it.
type floating struct{ month, weekday, nth, plus int }

var floatingFeasts = map[int]floating{
	thanksgiving: {11, 3, 4, 0}, blackFriday: {11, 3, 4, 1}, cyberMonday: {11, 3, 4, 4}, laborDay: {9, 0, 1, 0},
	memorialDay: {5, 0, -1, 0}, kingDay: {1, 0, 3, 0}, mothersDay: {5, 6, 2, 0}, fathersDay: {6, 6, 3, 0},
	presidentsDay: {2, 0, 3, 0}, columbusDay: {10, 0, 2, 0},
}

// feast finds a feast in a year.
func feast(id, year int) (civilDay, bool) {
	if id < len(fixedFeasts) && fixedFeasts[id][0] != 0 {
		return dateOf(year, int(fixedFeasts[id][0]), int(fixedFeasts[id][1])), true
	}
	if plus, ok := easterFeasts[id]; ok {
		return easterSunday(year) + civilDay(plus), true
	}
	f, ok := floatingFeasts[id]
	if !ok {
		return 0, false
	}
	s, ok := nthIn(dateOf(year, f.month, 1), &days{weekday: int8(f.weekday), nth: int8(f.nth)})
	return s.from + civilDay(f.plus), ok
}

// easterSunday is the Gregorian computus of Meeus, Jones and Butcher.
func easterSunday(year int) civilDay {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return dateOf(year, n/31, n%31+1)
}

// holiday places a feast: this year's, or the next one's where it is over.
func (r *resolver) holiday(d *days) (stretch, bool) {
	y, _, _ := r.today.civil()
	if d.slots&hasYear != 0 {
		day, ok := feast(int(d.holiday), int(d.year))
		return oneDay(day), ok
	}
	day, ok := feast(int(d.holiday), y)
	if ok && day < r.today {
		day, ok = feast(int(d.holiday), y+1)
	}
	if ok && d.slots&hasWeekday != 0 && day.weekday() != int(d.weekday) {
		r.contradiction(d, day)
	}
	return oneDay(day), ok
}
