package main

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/store"
)

// TestAMailThatCannotBeDecidedTakesNoOtherWithIt has the database refuse what
// follows from one mail, again and again, while others wait behind it.
func TestAMailThatCannotBeDecidedTakesNoOtherWithIt(t *testing.T) {
	c, err := loadConfig(writeFile(t, "mentorpost.toml", "[program]\naddress = \"mentor@example.org\"\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := openServiceAt(t.Context(), c, nil, "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	var mails []store.Inbound
	for i, from := range []string{"ada", "ada", "tomas", "ada"} {
		mails = append(mails, store.Inbound{
			Mailbox: "INBOX", UIDValidity: 1, UID: uint32(i + 1), At: time.Now().Add(time.Duration(i) * time.Second), Sender: from + "@example.net",
			Raw: fmt.Appendf(nil, "From: %s@example.net\r\nMessage-ID: <%d@example.net>\r\n\r\nHello %d\r\n", from, i, i),
		})
	}
	if _, err := s.store.Keep(t.Context(), mails, 0); err != nil {
		t.Fatal(err)
	}
	database, err := sql.Open("sqlite", strings.TrimPrefix(c.Database.URL, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer database.Close()
	execute := func(query string) {
		t.Helper()
		if _, err := database.Exec(query); err != nil {
			t.Fatal(err)
		}
	}
	execute(`CREATE TRIGGER poison BEFORE UPDATE ON inbound WHEN NEW.id = 1 AND NEW.decided <> 0 AND NEW.reason NOT LIKE 'no decision%'
		BEGIN SELECT RAISE(FAIL, 'poison'); END`)
	// As a service that falls leaves them: claimed often, in its wake.
	execute(fmt.Sprintf(`UPDATE inbound SET term = %d`, mostClaims-1))
	for range 4 {
		_ = s.decideAll(t.Context()) // reports the poison
		execute(`UPDATE inbound SET lease_until = 0`)
	}
	rows, err := database.Query(`SELECT id, decided <> 0, reason FROM inbound ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int
		var decided bool
		var reason string
		if err := rows.Scan(&id, &decided, &reason); err != nil {
			t.Fatal(err)
		}
		if gaveUp := strings.HasPrefix(reason, "no decision"); !decided || gaveUp != (id == 1) {
			t.Errorf("mail %d: decided %v: %s", id, decided, reason)
		}
	}
}
