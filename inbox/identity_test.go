package inbox

import "testing"

func TestIdentity(t *testing.T) {
	const mail = "From: ada@example.net\r\nMessage-ID: <1@example.net>\r\nSubject: Hello\r\n\r\nReceived: by hand\r\n"
	for _, test := range []struct {
		rule string
		a, b string
		same bool
	}{
		{"a further trace makes no other mail", mail, "Received: from x by y;\r\n\tMon, 11 Jan 2027 12:00:00 +0000\r\n" + mail, true},
		{"what a server found out makes no other mail", mail, "Authentication-Results: mx.example.org; spf=pass\r\nARC-Seal: i=1\r\n" + mail, true},
		{"another address that it was delivered to makes another mail", mail, "Delivered-To: mentor+a@example.org\r\n" + mail, false},
		{"another subject makes another mail", mail, "From: ada@example.net\r\nMessage-ID: <1@example.net>\r\nSubject: Hallo\r\n\r\nReceived: by hand\r\n", false},
		{"the body is no trace", mail, mail[:len(mail)-len("Received: by hand\r\n")], false},
		{"without Message-ID every byte counts", "From: a\r\n\r\nA\r\n", "Received: x\r\nFrom: a\r\n\r\nA\r\n", false},
		{"a continuation belongs to its field", "Message-ID: <1@x>\r\nSubject: a\r\n\r\n", "Message-ID: <1@x>\r\nSubject: a\r\n b\r\n\r\n", false},
	} {
		if same := Identity([]byte(test.a)) == Identity([]byte(test.b)); same != test.same {
			t.Errorf("%s: the same is %v", test.rule, same)
		}
	}
}

func FuzzIdentity(f *testing.F) {
	f.Add([]byte("Received: x\r\nMessage-ID: <1@x>\r\n\r\nbody"))
	f.Add([]byte("\n"))
	f.Add([]byte(" folded: first\r\n:\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		id := Identity(raw)
		if len(id) != 64 {
			t.Fatalf("identity %q", id)
		}
		traced := append([]byte("Received: from a by b\r\n"), raw...)
		if len(raw) > 0 && raw[0] != ' ' && raw[0] != '\t' && Identity(traced) != id && Identity(append([]byte("X: y\r\n"), traced...)) == id {
			t.Fatal("a mail is another one's copy")
		}
	})
}
