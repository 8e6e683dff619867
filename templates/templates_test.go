package templates

import (
	"testing"
)

func TestEveryKindRenders(t *testing.T) {
	set, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range set.Kinds() {
		text, err := set.Render(Sample(k, "en"))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("=== %s\nSubject: %s\n\n%s", k, text.Subject, text.Plain)
	}
}
