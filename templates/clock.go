package templates

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zone rules must not depend on the machine
)

var zones sync.Map // IANA name → *time.Location

// location loads a zone once. nil means that there is no such zone.
func location(name string) *time.Location {
	if name == "" {
		return nil
	}
	if loc, ok := zones.Load(name); ok {
		return loc.(*time.Location)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	zones.Store(name, loc)
	return loc
}

// twelveHours are the regions whose clocks read am and pm.
var twelveHours = map[string]bool{
	"US": true, "CA": true, "AU": true, "NZ": true, "IN": true, "PH": true, "PK": true, "MY": true, "CO": true, "EG": true, "SA": true,
}

// clock says the time of day in the reader's habit.
func (v *view) clock(t time.Time) string {
	if !twelveHours[v.region] {
		return t.Format("15:04") + v.ambiguity(t)
	}
	word := "am"
	switch {
	case t.Hour() == 0 && t.Minute() == 0:
		word = "midnight"
	case t.Hour() == 12 && t.Minute() == 0:
		word = "noon"
	case t.Hour() >= 12:
		word = "pm"
	}
	return t.Format("3:04") + " " + v.voice.words[word] + v.ambiguity(t)
}

// ambiguity names the offset of a wall time that occurs twice because clocks
// were put back.
func (v *view) ambiguity(t time.Time) string {
	_, offset := t.Zone()
	for _, d := range []time.Duration{-2 * time.Hour, -time.Hour, -30 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour} {
		other := t.Add(d)
		if other.Hour() == t.Hour() && other.Minute() == t.Minute() {
			return " (UTC" + signed(offset) + ")"
		}
	}
	return ""
}

// signed writes an offset from UTC in hours, with minutes where there are any.
func signed(seconds int) string {
	sign := "+"
	if seconds < 0 {
		sign, seconds = "−", -seconds
	}
	if seconds%3600 != 0 {
		return fmt.Sprintf("%s%d:%02d", sign, seconds/3600, seconds%3600/60)
	}
	return sign + strconv.Itoa(seconds/3600)
}

// date says the day, with the year where it is not that of the letter.
func (v *view) date(t time.Time) string {
	key := "date"
	if !v.letter.Created.IsZero() && v.letter.Created.In(t.Location()).Year() != t.Year() {
		key = "date.year"
	}
	w := v.voice.words
	return fill(w.get(key, v.region),
		"weekday", w.nth("weekdays", int(t.Weekday())), "day", strconv.Itoa(t.Day()),
		"month", w.nth("months", int(t.Month())-1), "year", strconv.Itoa(t.Year()))
}

// brief says day and time without a zone, for subjects.
func (v *view) brief(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(v.zone)
	w := v.voice.words
	date := fill(w.get("date.short", v.region),
		"weekday", w.nth("weekdays.short", int(t.Weekday())), "day", strconv.Itoa(t.Day()),
		"month", w.nth("months.short", int(t.Month())-1))
	return fill(w["brief"], "date", date, "clock", fill(w["clock"], "clock", v.clock(t)))
}

// stretch says the clock times of a stretch: "12:30–13:30". A zero end leaves
// the start alone; an end on another day is said with its day.
func (v *view) stretch(start, end time.Time) string {
	from := v.clock(start)
	switch {
	case !end.After(start):
	case start.YearDay() != end.YearDay() && end.Sub(start) > 18*time.Hour:
		from = fill(v.voice.words["until"], "from", from, "to", v.date(end)+", "+v.clock(end))
	default:
		from = fill(v.voice.words["until"], "from", from, "to", v.clock(end))
	}
	return fill(v.voice.words["clock"], "clock", from)
}

// moment says a time in the reader's zone: "Thursday 28 January, 12:30–13:30,
// São Paulo time".
func (v *view) moment(start, end time.Time) string {
	if start.IsZero() {
		return ""
	}
	start, end = start.In(v.zone), end.In(v.zone)
	return fill(v.voice.words["moment"], "date", v.date(start), "clock", v.stretch(start, end), "zone", v.zoneTime())
}

// partnerMoment says the same time on the partner's clock: "16:30–17:30 for
// Ada in Berlin", with the day where it is another. It is empty where both
// share a zone.
func (v *view) partnerMoment(start, end time.Time) string {
	if start.IsZero() || v.partnerZone == nil || v.partnerZone.String() == v.zone.String() {
		return ""
	}
	here, there := start.In(v.zone), start.In(v.partnerZone)
	text := v.stretch(there, end.In(v.partnerZone))
	if here.YearDay() != there.YearDay() {
		text = v.date(there) + ", " + text
	}
	partner := firstName(v.facts.Partner)
	city, isPlace := v.place(v.partnerZone)
	if partner == "" {
		return text + ", " + city
	}
	key := "partner.moment"
	if !isPlace {
		key = "partner.moment.utc"
	}
	return fill(v.voice.words[key], "time", text, "partner", partner, "city", city)
}

// both says a time in both zones, the reader's first.
func (v *view) both(start, end time.Time) string {
	text := v.moment(start, end)
	if partner := v.partnerMoment(start, end); partner != "" {
		text += " (" + partner + ")"
	}
	return text
}

// otherClock reports whether the partner reads another time off the clock.
func (v *view) otherClock() bool {
	return v.partnerZone != nil && v.partnerZone.String() != v.zone.String()
}

// zoneTime names the reader's zone as part of a time: "São Paulo time".
func (v *view) zoneTime() string {
	name := v.zone.String()
	if phrase, ok := v.voice.words["zone."+name]; ok {
		return phrase
	}
	city, isPlace := v.place(v.zone)
	if !isPlace {
		return city
	}
	key := "zone"
	if _, ok := v.voice.words["zone.vowel"]; ok && strings.ContainsAny(city[:1], "AEIOUaeiou") {
		key = "zone.vowel"
	}
	return fill(v.voice.words[key], "city", city)
}

// city names a zone by its city.
func (v *view) city(zone *time.Location) string {
	name, _ := v.place(zone)
	return name
}

// place names a zone by its city, or by its distance from UTC where it has
// none; isPlace is false then.
func (v *view) place(zone *time.Location) (name string, isPlace bool) {
	id := zone.String()
	if name, ok := v.voice.words["city."+id]; ok {
		return name, true
	}
	if name, ok := cities[id]; ok {
		return name, true
	}
	area, rest, found := strings.Cut(id, "/")
	if !found || area == "Etc" {
		if hours, err := strconv.Atoi(strings.TrimPrefix(rest, "GMT")); err == nil && hours != 0 {
			return "UTC" + signed(-hours*3600), false // Etc/GMT+3 lies west of Greenwich
		}
		if area == "Etc" || id == "UTC" || id == "GMT" {
			return "UTC", false
		}
		return id, false // EST5EDT and the like
	}
	if i := strings.LastIndexByte(rest, '/'); i >= 0 {
		rest = rest[i+1:]
	}
	return strings.ReplaceAll(rest, "_", " "), true
}

// cities spells those whose zone name is not how their people write them.
var cities = map[string]string{
	"America/Araguaina": "Araguaína", "America/Asuncion": "Asunción", "America/Belem": "Belém", "America/Bogota": "Bogotá",
	"America/Cancun": "Cancún", "America/Argentina/Cordoba": "Córdoba", "America/Cordoba": "Córdoba", "America/Cuiaba": "Cuiabá",
	"America/Maceio": "Maceió", "America/Mazatlan": "Mazatlán", "America/Merida": "Mérida", "America/Sao_Paulo": "São Paulo",
	"America/Argentina/Tucuman": "Tucumán", "America/Ciudad_Juarez": "Ciudad Juárez", "America/Bahia_Banderas": "Bahía de Banderas",
	"America/Eirunepe": "Eirunepé", "America/Santarem": "Santarém", "America/St_Johns": "St. John’s", "America/Curacao": "Curaçao",
	"Africa/Sao_Tome": "São Tomé", "Africa/Lome": "Lomé", "Africa/Ndjamena": "N’Djamena", "Asia/Calcutta": "Kolkata",
	"Asia/Ho_Chi_Minh": "Ho Chi Minh City", "Asia/Saigon": "Ho Chi Minh City", "Asia/Katmandu": "Kathmandu",
	"Atlantic/Reykjavik": "Reykjavík", "Europe/Chisinau": "Chișinău", "Europe/Kiev": "Kyiv", "Europe/Zurich": "Zürich", "Pacific/Noumea": "Nouméa",
}

// zoneName names a zone of a setting, as "Europe/Lisbon" in a receipt.
func (v *view) zoneName(id string) string {
	if zone := location(id); zone != nil {
		return v.city(zone)
	}
	return id
}

// hours says a setting such as 09:00-17:30 on the reader's clock.
func (v *view) hours(setting string) string {
	from, to, found := strings.Cut(setting, "-")
	a, errA := time.Parse("15:04", from)
	b, errB := time.Parse("15:04", to)
	if !found || errA != nil || errB != nil {
		return setting
	}
	return fill(v.voice.words["clock"], "clock", fill(v.voice.words["until"], "from", v.clock(a), "to", v.clock(b)))
}

// day says a date of the form 2027-01-03.
func (v *view) day(setting string) string {
	t, err := time.Parse("2006-01-02", setting)
	if err != nil {
		return setting
	}
	return v.date(t)
}
