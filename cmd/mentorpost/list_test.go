package main

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestJSONNeverSteersATerminal(t *testing.T) {
	const name = "A\x1b[2Jd\u009ba\x7f \u202egnp.exe\u2066\nÄ 漢 👩🏽‍🏫"
	var out bytes.Buffer
	if err := writeJSON(&out, []personView{{Name: name}}); err != nil {
		t.Fatal(err)
	}
	for _, raw := range []string{"\x1b", "\u009b", "\x7f", "\u202e", "\u2066"} {
		if bytes.Contains(out.Bytes(), []byte(raw)) {
			t.Errorf("%q stands raw in %s", raw, out.String())
		}
	}
	var back []personView
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || back[0].Name != name {
		t.Errorf("read back as %+v, %v", back, err)
	}
}
