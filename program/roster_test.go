package program

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

var rosterSettings = Settings{Name: "Tandem", Address: "mentor@example.org", Zone: "UTC", Locale: "en"}

func TestReadPeople(t *testing.T) {
	const header = "email,name,zone,locale,hours,aliases\n"
	for _, test := range []struct {
		rule, text string
		want       []PersonRow
	}{
		{"a whole row", header + "Ada@Example.net,Ada Byron,Europe/Berlin,de,9-17,ada@work.example countess@example.net\n", []PersonRow{
			{Line: 2, Email: "ada@example.net", Name: "Ada Byron", Zone: "Europe/Berlin", Locale: "de", Hours: Hours{540, 1020}, Aliases: []string{"ada@work.example", "countess@example.net"}}}},
		{"only address and name must be filled", header + "ada@example.net,Ada,,,,\n", []PersonRow{{Line: 2, Email: "ada@example.net", Name: "Ada"}}},
		{"columns may be left out and come in any order", "Name, EMAIL\nAda,ada@example.net\n", []PersonRow{{Line: 2, Email: "ada@example.net", Name: "Ada"}}},
		{"a byte order mark is fine", "\ufeff" + header + "ada@example.net,Ada,,,,\n", []PersonRow{{Line: 2, Email: "ada@example.net", Name: "Ada"}}},
		{"lines may end in CRLF and the last in nothing", "email,name\r\nada@example.net,Ada", []PersonRow{{Line: 2, Email: "ada@example.net", Name: "Ada"}}},
		{"blanks in a name are one space, and quotes may be doubled", "email,name\nada@example.net,\" Ada \t Byron\"\ntom@example.net,\"Tomás \"\"Tom\"\" Reis\"\n", []PersonRow{
			{Line: 2, Email: "ada@example.net", Name: "Ada Byron"}, {Line: 3, Email: "tom@example.net", Name: `Tomás "Tom" Reis`}}},
		{"aliases may stand one below another", "email,name,aliases\nada@example.net,Ada,\"a@example.net\nb@example.net\"\n", []PersonRow{
			{Line: 2, Email: "ada@example.net", Name: "Ada", Aliases: []string{"a@example.net", "b@example.net"}}}},
		{"empty rows are no rows", header + "\nada@example.net,Ada,,,,\n,,,,,\n", []PersonRow{{Line: 3, Email: "ada@example.net", Name: "Ada"}}},
		{"hours to the minute", "email,name,hours\nada@example.net,Ada,08:30-12:15\n", []PersonRow{{Line: 2, Email: "ada@example.net", Name: "Ada", Hours: Hours{510, 735}}}},
		{"an alias that is the address says nothing", "email,name,aliases\nada@example.net,Ada,ADA@example.net\n", []PersonRow{{Line: 2, Email: "ada@example.net", Name: "Ada"}}},
		{"a header alone is nobody", header, nil},
	} {
		rows, wrong := ReadPeople([]byte(test.text), rosterSettings)
		if len(wrong) > 0 || !reflect.DeepEqual(rows, test.want) {
			t.Errorf("%s:\n got %+v %v\nwant %+v", test.rule, rows, wrong, test.want)
		}
	}
}

func TestReadPeopleNamesWhatIsWrong(t *testing.T) {
	const header = "email,name,zone,locale,hours,aliases\n"
	for _, test := range []struct {
		rule, text string
		want       []string // in this order, each within one error
	}{
		{"an empty file", "", []string{"line 1: the file is empty; its first row names the columns: email,name,zone,locale,hours,aliases"}},
		{"no header row", "ada@example.net,Ada\n", []string{`line 1: unknown column "ada@example.net"`, `line 1: unknown column "ada"`, `line 1: column "email" is missing`, `line 1: column "name" is missing`}},
		{"semicolons for commas", "email;name\n", []string{"line 1: the columns are separated by something else than commas"}},
		{"a column that stands twice", "email,name,name\n", []string{`line 1: column "name" stands twice`}},
		{"every bad cell of every row", header + "ada,Ada,Mars,e,25-26,x\nada@example.net,,,,,\n", []string{
			`line 2: email: "ada" is no mail address`, `line 2: zone: "Mars" is no IANA zone`, `line 2: locale: "e" is no language tag`,
			`line 2: hours: hours "25-26": write them as 9-17`, `line 2: aliases: "x" is no mail address`, "line 3: name: is empty"}},
		{"an address that stands twice", header + "ada@example.net,Ada,,,,\nADA@example.net,Ada,,,,\n", []string{"line 3: email: ada@example.net stands in line 2 already"}},
		{"an alias that is another's address", header + "ada@example.net,Ada,,,,\ntom@example.net,Tom,,,,ada@example.net\n", []string{"line 3: aliases: ada@example.net stands in line 2 already"}},
		{"too few cells", header + "ada@example.net,Ada\n", []string{"line 2: has 2 cells, the first row has 6"}},
		{"a line break in a name, and the line count goes on behind it", "email,name\nada@example.net,\"Ada\nByron\"\nbad,Bad\n", []string{"line 2: name: has a line break", `line 4: email: "bad" is no mail address`}},
		{"a cell is wrong where it begins", "name,email\n\"Ada\r\nByron\",bad\n", []string{"line 2: name: has a line break", `line 3: email: "bad" is no mail address`}},
		{"a mark that turns the writing direction", "email,name\nada@example.net,Ada \u202egnp.exe\n", []string{"line 2: name: has a mark of writing direction, U+202E"}},
		{"a control character beyond ASCII", "email,name\nada@example.net,Ada\u009bByron\n", []string{"line 2: name: has a control character"}},
		{"a quote that is not closed", "email,name\nada@example.net,\"Ada\n", []string{"line 2: a double quote is not closed"}},
		{"a quote inside a cell", "email,name\nada@example.net,A\"da\n", []string{"line 2: a double quote stands inside a cell"}},
		{"what is not UTF-8", "email,name\nada@example.net,Ad\xe9\n", []string{"line 2: not UTF-8; save the file as CSV in UTF-8"}},
		{"UTF-16", "\xff\xfee\x00m\x00", []string{"line 1: not UTF-8"}},
		{"a control character", "email,name\nada@example.net,A\x1bda\n", []string{"line 2: name: has a control character"}},
		{"an address with a name", "email,name\nAda <ada@example.net>,Ada\n", []string{"line 2: email: \"Ada <ada@example.net>\" is no mail address"}},
		{"the program's own address", "email,name\nMentor@example.org,Me\n", []string{"line 2: email: mentor@example.org is the program's own address"}},
		{"a plus-address of the program", "email,name\nmentor+x@example.org,Me\n", []string{"is the program's own address"}},
	} {
		_, wrong := ReadPeople([]byte(test.text), rosterSettings)
		if len(wrong) != len(test.want) {
			t.Errorf("%s: got %v", test.rule, wrong)
			continue
		}
		for i, want := range test.want {
			if !strings.HasPrefix(wrong[i].Error(), want) && !strings.Contains(wrong[i].Error(), want) {
				t.Errorf("%s:\n got %s\nwant %s", test.rule, wrong[i].Error(), want)
			}
		}
	}
}

func TestReadPairs(t *testing.T) {
	const header = "mentor,mentee,session_minutes,cadence,link,start,end\n"
	rows, wrong := ReadPairs([]byte(header + "ada@example.net,tom@example.net,45,Weekly,https://meet.example/x,2027-01-01,2027-06-30\nada@example.net,eve@example.net,,,,,\n"))
	want := []PairRow{
		{2, "ada@example.net", "tom@example.net", 45 * time.Minute, Weekly, "https://meet.example/x", "2027-01-01", "2027-06-30"},
		{Line: 3, Mentor: "ada@example.net", Mentee: "eve@example.net"},
	}
	if len(wrong) > 0 || !reflect.DeepEqual(rows, want) {
		t.Errorf("got %+v %v", rows, wrong)
	}
	for _, test := range []struct{ rule, row, want string }{
		{"nobody is their own mentor", "a@example.net,A@example.net,,,,,", "line 2: mentee: a@example.net cannot be paired with themselves"},
		{"both must be named", "a@example.net,,,,,,", "line 2: mentee: is empty"},
		{"minutes are a number", "a@example.net,b@example.net,an hour,,,,", `line 2: session_minutes: "an hour" must be a number of minutes from 10 to 480`},
		{"a session has an end", "a@example.net,b@example.net,99999999999,,,,", "line 2: session_minutes:"},
		{"a cadence is one of three", "a@example.net,b@example.net,,daily,,,", `line 2: cadence: "daily" must be weekly, fortnightly or monthly`},
		{"a link is a web address", "a@example.net,b@example.net,,,javascript:alert(1),,", "line 2: link:"},
		{"dates are ISO dates", "a@example.net,b@example.net,,,,1/2/2027,", `line 2: start: "1/2/2027" is no date; write it like 2027-01-26`},
		{"an end lies after its start", "a@example.net,b@example.net,,,,2027-02-01,2027-01-01", "line 2: end: 2027-01-01 lies before the start, 2027-02-01"},
		{"a pair stands once", "a@example.net,b@example.net,,,,,\na@example.net,B@example.net,,,,,", "line 3: the pair stands in line 2 already"},
	} {
		_, wrong := ReadPairs([]byte(header + test.row + "\n"))
		if len(wrong) != 1 || !strings.HasPrefix(wrong[0].Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.rule, wrong, test.want)
		}
	}
}

func TestImportPeopleInvitesEachOnce(t *testing.T) {
	now := time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC)
	rows, _ := ReadPeople([]byte("email,name,zone\nada@example.net,Ada Byron,Europe/Berlin\ntom@example.net,Tomás Reis,\n"), rosterSettings)
	out, done, wrong := ImportPeople(rows, nil, rosterSettings, "seed", now)
	if len(wrong) > 0 || len(out.People) != 2 || len(out.Letters) != 0 || len(out.Timers) != 3 || !done[0].New {
		t.Fatalf("got %+v %v", out, wrong)
	}
	ada, timer := out.People[0], out.Timers[0]
	if ada.Status != PersonInvited || !ada.ZoneKnown || out.People[1].ZoneKnown || out.People[1].Zone != "UTC" || ada.Hours != DefaultHours || ada.Locale != "en" {
		t.Errorf("people: %+v", out.People)
	}
	if timer.Kind != TimerInvitation || timer.Person != ada.ID || !timer.Due.Equal(now) {
		t.Fatalf("timer: %+v", timer)
	}
	fired := Case{Settings: rosterSettings, Person: ada}.Due(timer, "timer", now)
	if len(fired.Letters) != 1 || len(fired.Timers) != 1 {
		t.Fatalf("invitation: %+v", fired)
	}
	letter, chase := fired.Letters[0], fired.Timers[0]
	if letter.Kind != LetterInvitation || letter.To != ada.ID || letter.Address != ada.Email || letter.Purpose != AboutInvitation ||
		letter.About != (Ref{RefPerson, ada.ID}) || letter.MessageID != string(letter.ID)+"@example.org" || letter.Facts.Name != "Ada" {
		t.Errorf("letter: %+v", letter)
	}
	if chase.Kind != TimerInvitation || chase.Count != 1 || !chase.Due.Equal(now.Add(72*time.Hour)) {
		t.Errorf("chase: %+v", chase)
	}
	again, done, wrong := ImportPeople(rows, out.People, rosterSettings, "other seed", now)
	if len(again.People)+len(again.Letters)+len(again.Timers)+len(wrong) > 0 || done[0].New || done[0].Changes != nil {
		t.Errorf("a second import: %+v %v %v", again, done, wrong)
	}
}

func TestImportPeopleLeavesTheJoinedTheirSettings(t *testing.T) {
	invited := Person{ID: "a", Email: "ada@example.net", Name: "Ada", Zone: "UTC", Locale: "en", Hours: DefaultHours, Status: PersonInvited, Version: 1}
	row := PersonRow{Line: 2, Email: "ada@example.net", Name: "Ada Byron", Zone: "Europe/Berlin", Locale: "de", Hours: Hours{480, 720}, Aliases: []string{"ada@work.example"}}
	for _, test := range []struct {
		rule   string
		status PersonStatus
		want   []string
	}{
		{"until they have joined, all follows the file", PersonInvited, []string{"name: Ada → Ada Byron", "aliases:  → ada@work.example", "zone: UTC → Europe/Berlin", "locale: en → de", "hours: 09:00-17:00 → 08:00-12:00"}},
		{"from then on, zone, locale and hours are theirs", PersonActive, []string{"name: Ada → Ada Byron", "aliases:  → ada@work.example"}},
	} {
		person := invited
		person.Status = test.status
		out, done, _ := ImportPeople([]PersonRow{row}, []Person{person}, rosterSettings, "seed", time.Time{})
		if !reflect.DeepEqual(done[0].Changes, test.want) || len(out.People) != 1 || out.People[0].Version != 1 || len(out.Letters) != 0 {
			t.Errorf("%s: %q %+v", test.rule, done[0].Changes, out)
		}
	}
	other := Person{ID: "t", Email: "tom@example.net", Aliases: []string{"ada@work.example"}}
	_, _, wrong := ImportPeople([]PersonRow{row}, []Person{other}, rosterSettings, "seed", time.Time{})
	if len(wrong) != 1 || wrong[0].Error() != "line 2: aliases: ada@work.example belongs to tom@example.net already" {
		t.Errorf("an alias of another person: %v", wrong)
	}
}

// TestABouncedAddressIsRepaired takes mail up again by each of the two ways.
func TestABouncedAddressIsRepaired(t *testing.T) {
	bounced := func() *world {
		w := booked(t, "2027-01-18T12:00:00Z", "2027-01-27T14:00:00Z")
		w.mail(ada, func(r *Received) {
			r.Kind, r.Bounce = KindBounce, &Bounce{Recipient: "ada@example.net", Status: "5.1.1", Permanent: true}
		})
		if !w.People[ada].Undeliverable {
			t.Fatal("the bounce changed nothing")
		}
		w.letters = nil
		return w
	}
	t.Run("until then nothing goes to it", func(t *testing.T) {
		w := bounced()
		w.until("2027-01-28T20:00:00Z")
		if got := w.kinds(0); strings.Contains(got, ">ada") || !strings.Contains(got, ">tomas") {
			t.Errorf("mails are %s", got)
		}
	})
	t.Run("a mail from the address shows that it is in use", func(t *testing.T) {
		w := bounced()
		w.says(ada, Request{Type: Status})
		if w.People[ada].Undeliverable || w.kinds(0) != "status>ada" {
			t.Errorf("mails are %s", w.kinds(0))
		}
	})
	t.Run("the coordinator imports a new address, with the old one as alias", func(t *testing.T) {
		w := bounced()
		row := PersonRow{Email: "lang@new.example", Name: "Ada Lang", Aliases: []string{"ada@example.net"}}
		out, done, wrong := ImportPeople([]PersonRow{row}, []Person{w.People[ada], w.People[tomas]}, w.Settings, "again", w.Now)
		if len(wrong) > 0 || len(done) != 1 || done[0].New {
			t.Fatal(done, wrong)
		}
		w.apply(out)
		w.run(w.Now)
		if p := w.People[ada]; p.Email != "lang@new.example" || p.Undeliverable || !p.Owns("ada@example.net") {
			t.Errorf("person is %+v", p)
		}
		l := w.latest(LetterUpdate, ada)
		if l.Address != "lang@new.example" || l.Event.Attendees[0].Address != "lang@new.example" || l.Event.Sequence != 1 {
			t.Errorf("the calendar entry goes to %s: %+v", l.Address, l.Event)
		}
	})
}

func TestImportPairs(t *testing.T) {
	people := []Person{
		{ID: "a", Email: "ada@example.net", Aliases: []string{"ada@work.example"}, Status: PersonActive},
		{ID: "t", Email: "tom@example.net", Status: PersonInvited},
		{ID: "l", Email: "lea@example.net", Status: PersonLeft},
	}
	rows := []PairRow{{Line: 2, Mentor: "ada@work.example", Mentee: "tom@example.net"}}
	out, done, wrong := ImportPairs(rows, people, nil, "seed", time.Time{})
	if len(wrong) > 0 || len(out.Pairs) != 1 || !done[0].New || done[0].Who != "ada@example.net and tom@example.net" {
		t.Fatalf("got %+v %v %v", out, done, wrong)
	}
	pair := out.Pairs[0]
	if timer := out.Timers[0]; timer.Kind != TimerNextSession || timer.Pair != pair.ID || timer.Key != string(pair.ID)+"/import" {
		t.Errorf("the pair is looked at, in case both have joined already: %+v", timer)
	}
	if pair.Mentor != "a" || pair.Mentee != "t" || pair.Status != PairWaiting || pair.Length != DefaultLength || pair.Cadence != Fortnightly {
		t.Errorf("pair: %+v", pair)
	}
	if again, done, _ := ImportPairs(rows, people, out.Pairs, "other", time.Time{}); len(again.Pairs) != 0 || done[0].Changes != nil {
		t.Errorf("a second import: %+v", again)
	}
	rows[0].Cadence, rows[0].Length = Weekly, 45*time.Minute
	changed, done, _ := ImportPairs(rows, people, out.Pairs, "other", time.Time{})
	if want := []string{"session_minutes: 60 → 45", "cadence: fortnightly → weekly"}; !reflect.DeepEqual(done[0].Changes, want) || changed.Pairs[0].ID != pair.ID {
		t.Errorf("changed cells: %q %+v", done[0].Changes, changed)
	}
	pair.Status = PairEnded
	if ended, _, _ := ImportPairs(rows, people, []Pair{pair}, "other", time.Time{}); len(ended.Pairs) != 0 {
		t.Errorf("an ended pair stays ended: %+v", ended)
	}
	for _, test := range []struct {
		rule string
		row  PairRow
		want string
	}{
		{"an unknown address", PairRow{Line: 3, Mentor: "ada@example.net", Mentee: "eve@example.net"}, "line 3: mentee: eve@example.net is nobody in the program; import people first"},
		{"somebody who has left", PairRow{Line: 3, Mentor: "lea@example.net", Mentee: "tom@example.net"}, "line 3: mentor: lea@example.net has left the program"},
		{"the same person by an alias", PairRow{Line: 3, Mentor: "ada@example.net", Mentee: "ada@work.example"}, "line 3: mentee: ada@work.example and ada@example.net are the same person"},
		{"the same pair by an alias", PairRow{Line: 3, Mentor: "ada@example.net", Mentee: "tom@example.net"}, "line 3: the pair stands in line 2 already"},
	} {
		_, _, wrong := ImportPairs([]PairRow{rows[0], test.row}, people, nil, "seed", time.Time{})
		if len(wrong) != 1 || wrong[0].Error() != test.want {
			t.Errorf("%s: %v", test.rule, wrong)
		}
	}
}

func FuzzReadPeople(f *testing.F) {
	for _, seed := range []string{
		"email,name,zone,locale,hours,aliases\nada@example.net,Ada,Europe/Berlin,de,9-17,a@b.example\n",
		"\ufeffname,email\r\n\"Ada\r\nByron\",ada@example.net\r\n", "email;name\n", "email,name\n\"", "email,name\n,\n", "", "\xff\xfe",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, wrong := ReadPeople(text, rosterSettings)
		if len(wrong) > 0 {
			for _, w := range wrong {
				if w.Line < 1 || w.Text == "" {
					t.Errorf("an error without place or text: %+v", w)
				}
			}
			return
		}
		owners := map[string]int{}
		for _, row := range rows {
			if row.Name == "" || row.Email != strings.ToLower(row.Email) || strings.ContainsAny(row.Name+row.Email, "\r\n") {
				t.Errorf("a row that must not be: %+v", row)
			}
			if first, twice := owners[row.Email]; twice {
				t.Errorf("%s in lines %d and %d", row.Email, first, row.Line)
			}
			owners[row.Email] = row.Line
		}
	})
}
