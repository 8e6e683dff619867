package holidays

import (
	"slices"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/au"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/bg"
	"github.com/rickar/cal/v2/br"
	"github.com/rickar/cal/v2/ca"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/cz"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/gr"
	"github.com/rickar/cal/v2/hr"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/lt"
	"github.com/rickar/cal/v2/lv"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/no"
	"github.com/rickar/cal/v2/nz"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/ro"
	"github.com/rickar/cal/v2/ru"
	"github.com/rickar/cal/v2/se"
	"github.com/rickar/cal/v2/si"
	"github.com/rickar/cal/v2/sk"
	"github.com/rickar/cal/v2/us"
	"github.com/rickar/cal/v2/za"
)

// countries holds the days of each country that are free in all of it. Those of
// single states, cantons or communities are left out, and so are days on which
// most people work, where the library lists them. Ukraine is not here, where no
// holiday is a day off under martial law, nor are countries whose holidays
// follow the moon's sighting.
var countries = map[string][]*cal.Holiday{
	"AT": at.Holidays,
	"AU": {au.NewYear, au.AustraliaDay, au.GoodFriday, au.EasterMonday, au.AnzacDay, au.ChristmasDay, au.BoxingDay},
	"BE": be.Holidays,
	"BG": bg.Holidays,
	// Carnival and Corpus Christi are days off for most, though not by federal
	// law. Lei 14.759/2023 added 20 November.
	"BR": slices.Concat(br.Holidays, []*cal.Holiday{
		since(2024, dayOf(time.November, 20, "Dia da Consciência Negra")),
	}),
	"CA": {ca.NewYear, ca.GoodFriday, ca.CanadaDay, ca.LabourDay, ca.ChristmasDay},
	// The four that all cantons keep.
	"CH": {ch.Neujahr, ch.Auffahrt, ch.Bundesfeiertag, ch.Weihnachtstag},
	"CZ": cz.Holidays,
	"DE": de.Holidays,
	"DK": dk.Holidays,
	"EE": {
		aa.NewYear, dayOf(time.February, 24, "iseseisvuspäev"), aa.GoodFriday, aa.Easter, aa.WorkersDay, aa.Pentecost,
		dayOf(time.June, 23, "võidupüha"), dayOf(time.June, 24, "jaanipäev"), dayOf(time.August, 20, "taasiseseisvumispäev"),
		christmasEve, aa.ChristmasDay, aa.ChristmasDay2,
	},
	"ES": es.Holidays,
	// Midsummer and Christmas Eve are no holidays by law, and yet days off.
	"FI": {
		aa.NewYear, aa.Epiphany, aa.GoodFriday, aa.Easter, aa.EasterMonday, aa.WorkersDay, aa.AscensionDay, aa.Pentecost,
		{Name: "juhannusaatto", Month: time.June, Day: 19, Weekday: time.Friday, Offset: 1, Func: cal.CalcWeekdayFrom},
		{Name: "juhannuspäivä", Month: time.June, Day: 20, Weekday: time.Saturday, Offset: 1, Func: cal.CalcWeekdayFrom},
		{Name: "pyhäinpäivä", Month: time.October, Day: 31, Weekday: time.Saturday, Offset: 1, Func: cal.CalcWeekdayFrom},
		dayOf(time.December, 6, "itsenäisyyspäivä"), christmasEve, aa.ChristmasDay, aa.ChristmasDay2,
	},
	"FR": fr.Holidays,
	// Those of England, Wales, Scotland and Northern Ireland alike: neither
	// Easter Monday nor the summer bank holiday is Scotland's.
	"GB": {gb.NewYear, gb.GoodFriday, gb.EarlyMay, gb.SpringHoliday, gb.ChristmasDay, gb.BoxingDay},
	"GR": gr.Holidays,
	"HR": hr.Holidays,
	"HU": {
		aa.NewYear, dayOf(time.March, 15, "1848-as forradalom"), aa.GoodFriday, aa.Easter, aa.EasterMonday, aa.WorkersDay,
		aa.Pentecost, aa.PentecostMonday, dayOf(time.August, 20, "Szent István ünnepe"), dayOf(time.October, 23, "1956-os forradalom"),
		aa.AllSaintsDay, since(2024, christmasEve), aa.ChristmasDay, aa.ChristmasDay2,
	},
	"IE": ie.Holidays,
	// The three national holidays; all others are the states' choice.
	"IN": {
		dayOf(time.January, 26, "Republic Day"), dayOf(time.August, 15, "Independence Day"), dayOf(time.October, 2, "Gandhi Jayanti"),
	},
	// Legge 151/2025 brought 4 October back.
	"IT": slices.Concat(it.Holidays, []*cal.Holiday{since(2026, dayOf(time.October, 4, "San Francesco d’Assisi"))}),
	"JP": jp.Holidays,
	"LT": lt.Holidays,
	"LU": {
		aa.NewYear, aa.EasterMonday, aa.WorkersDay, dayOf(time.May, 9, "Journée de l’Europe"), aa.AscensionDay, aa.PentecostMonday,
		dayOf(time.June, 23, "Fête nationale"), aa.AssumptionOfMary, aa.AllSaintsDay, aa.ChristmasDay, aa.ChristmasDay2,
	},
	"LV": lv.Holidays,
	// Ley Federal del Trabajo, artículo 74.
	"MX": {
		aa.NewYear, nth(time.February, time.Monday, 1, "Día de la Constitución"), nth(time.March, time.Monday, 3, "Natalicio de Benito Juárez"),
		aa.WorkersDay, dayOf(time.September, 16, "Día de la Independencia"), nth(time.November, time.Monday, 3, "Día de la Revolución"),
		{Name: "Transmisión del Poder Ejecutivo Federal", Month: time.October, Day: 1, Func: everySixYears}, aa.ChristmasDay,
	},
	// Good Friday and, but for every fifth year, 5 May are working days.
	"NL": without(nl.Holidays, nl.GoedeVrijdag, nl.BevrijdingsDag),
	"NO": no.Holidays,
	"NZ": slices.Concat(nz.Holidays, []*cal.Holiday{{Name: "Matariki", Func: matariki}}),
	// Free since 2025 (Dz.U. 2024 poz. 1965).
	"PL": slices.Concat(pl.Holidays, []*cal.Holiday{since(2025, christmasEve)}),
	// Código do Trabalho, artigo 234.
	"PT": {
		aa.NewYear, aa.GoodFriday, aa.Easter, dayOf(time.April, 25, "Dia da Liberdade"), aa.WorkersDay, aa.CorpusChristi,
		dayOf(time.June, 10, "Dia de Portugal"), aa.AssumptionOfMary, dayOf(time.October, 5, "Implantação da República"),
		aa.AllSaintsDay, dayOf(time.December, 1, "Restauração da Independência"), aa.ImmaculateConception, aa.ChristmasDay,
	},
	// Legea 52/2023 added 6 and 7 January.
	"RO": slices.Concat(ro.Holidays, []*cal.Holiday{since(2024, aa.Epiphany), since(2024, dayOf(time.January, 7, "Sfântul Ioan Botezătorul"))}),
	// The first eight days of the year are free (Labour Code, article 112).
	"RU": slices.Concat(ru.Holidays, newYearDays(2, 3, 4, 5, 6, 8)),
	"SE": se.Holidays,
	"SI": si.Holidays,
	// Working days now: 1 September since 2024, 17 November since 2025, and
	// 8 May and 15 September since 2026.
	"SK": slices.Concat(without(sk.Holidays, sk.Constitution, sk.Freedom, sk.Liberation, sk.LadyOfSorrows), []*cal.Holiday{
		sk.Liberation.Clone(&cal.Holiday{EndYear: 2025}), sk.LadyOfSorrows.Clone(&cal.Holiday{EndYear: 2025}),
	}),
	"US": us.Holidays,
	"ZA": za.Holidays,
}

// ownNames are those of days that fall on a date with a shared name but are
// kept for another reason, and of those that the library calls by too long or
// misspelt a name for a mail.
var ownNames = map[*cal.Holiday]string{
	si.DanSamostojnostiInEnotnosti:                                     si.DanSamostojnostiInEnotnosti.Name,
	jp.NationalHolidayBetweenRespectForTheAgedDayAndAutumnalEquinoxDay: "Citizens’ Holiday",
	ru.UnionDay:    "День народного единства",
	ru.VictoryDay:  "День Победы",
	sk.RepublicDay: sk.RepublicDay.Name,
}

var christmasEve = dayOf(time.December, 24, "Christmas Eve")

func dayOf(month time.Month, day int, name string) *cal.Holiday {
	return &cal.Holiday{Name: name, Month: month, Day: day, Func: cal.CalcDayOfMonth}
}

func nth(month time.Month, weekday time.Weekday, n int, name string) *cal.Holiday {
	return &cal.Holiday{Name: name, Month: month, Weekday: weekday, Offset: n, Func: cal.CalcWeekdayOffset}
}

func since(year int, h *cal.Holiday) *cal.Holiday { return h.Clone(&cal.Holiday{StartYear: year}) }

func without(all []*cal.Holiday, left ...*cal.Holiday) []*cal.Holiday {
	return slices.DeleteFunc(slices.Clone(all), func(h *cal.Holiday) bool { return slices.Contains(left, h) })
}

func newYearDays(days ...int) []*cal.Holiday {
	var found []*cal.Holiday
	for _, d := range days {
		found = append(found, &cal.Holiday{Name: "Новогодние каникулы", Func: func(_ *cal.Holiday, year int) time.Time {
			return time.Date(year, time.January, d, 0, 0, 0, 0, cal.DefaultLoc)
		}})
	}
	return found
}

// everySixYears is the day on which Mexico's federal power changes hands.
func everySixYears(h *cal.Holiday, year int) time.Time {
	if year%6 != 2024%6 {
		return time.Time{}
	}
	return cal.CalcDayOfMonth(h, year)
}

// matariki is the Friday that New Zealand's law lists for each year
// (Te Kāhui o Matariki Public Holiday Act 2022, schedule 1).
func matariki(_ *cal.Holiday, year int) time.Time {
	fridays := [...]date{20260710, 20270625, 20280714, 20290706, 20300621, 20310711, 20320702, 20330624, 20340707, 20350629}
	if year < 2026 || year >= 2026+len(fridays) {
		return time.Time{}
	}
	year, month, day := fridays[year-2026].ymd()
	return time.Date(year, month, day, 0, 0, 0, 0, cal.DefaultLoc)
}
