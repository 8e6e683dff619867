package program

import "testing"

func TestSealerOpensWhatEarlierKeysHaveSealed(t *testing.T) {
	const ada, session = ID("personperson"), ID("sessionsessi")
	about := Ref{Kind: RefSession, ID: session}
	first, second := []byte("the first secret"), []byte("the second secret")
	before, after := NewSealer(first), NewSealer(second, first)
	for _, c := range []struct {
		rule   string
		sealer Sealer
		tag    string
		opens  bool
	}{
		{"the key opens its own", after, after.Tag(ada, about), true},
		{"an earlier key still opens", after, before.Tag(ada, about), true},
		{"an earlier key that is gone opens nothing", NewSealer(second), before.Tag(ada, about), false},
		{"a later key is not known", before, after.Tag(ada, about), false},
	} {
		person, ref, ok := c.sealer.Open(c.tag)
		if ok != c.opens || ok && (person != ada || ref != about) {
			t.Errorf("%s: %q, %v, %v", c.rule, person, ref, ok)
		}
	}
	if person, ok := after.OpenFeed(before.Feed(ada)); !ok || person != ada {
		t.Error("a feed's address of before opens no more")
	}
	if _, ok := NewSealer(second).OpenFeed(before.Feed(ada)); ok {
		t.Error("a feed opens with a key that is gone")
	}
}

func TestASessionsTagStaysForLife(t *testing.T) {
	const ada, old, young = ID("personperson"), ID("sessionolder"), ID("sessionyoung")
	first, second := []byte("the first secret"), []byte("the second secret")
	before, after := NewSealer(first), NewSealer(second, first).Keeping(map[ID][]byte{old: first})
	for _, c := range []struct {
		rule  string
		about Ref
		same  bool
	}{
		{"a session that began with the earlier key keeps its address", Ref{RefSession, old}, true},
		{"a new session has an address of the new key", Ref{RefSession, young}, false},
		{"what is about no session has one of the new key", Ref{RefPerson, ada}, false},
		{"an identifier alone makes no session", Ref{RefPair, old}, false},
	} {
		if same := before.Tag(ada, c.about) == after.Tag(ada, c.about); same != c.same {
			t.Errorf("%s: the same is %v", c.rule, same)
		}
	}
}
