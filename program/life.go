package program

//go:generate go test -run TestSessionsPageIsWrittenFromTheTable -update .

// A Transition is one step in the life of a session: what may happen to it in
// a state, and what follows. Who asks is the "writer", whoever of the two it
// is; the other one is the "partner".
type Transition struct {
	From  SessionStatus // "" before there is a session
	Event string        // a request, a method of RFC 5546, a timer or a command
	If    string        // the condition, in words; empty: always
	To    SessionStatus
	// Raises is true where SEQUENCE goes up, so that calendars follow
	// (RFC 5546 §2.1.4).
	Raises bool
	// Letters are "kind reader", in the order in which they are decided.
	Letters []string
}

// Life lists every transition of a session. docs/sessions.md is written from
// it; tests play each row, and hold random programs against all of them.
var Life = []Transition{
	{"", "next-session", "the pair begins", SessionProposed, false, []string{"ask-times mentee", "kick-off mentor", "kick-off mentee"}},
	{"", "next-session", "both take part and no session is ahead", SessionProposed, false, []string{"ask-times mentee"}},
	{"", "propose", "the last session was cancelled, and the mail that said so is answered", SessionProposed, false, []string{"proposal partner", "receipt writer"}},
	{"", "constrain", "the last session was cancelled, and the mail that said so is answered", SessionProposed, false, []string{"offer writer"}},

	{SessionProposed, "accept", "a slot of an offer, still free by the hours of both", SessionConfirmed, false, []string{"invite mentor", "invite mentee"}},
	{SessionProposed, "accept", "a time that the partner proposed", SessionConfirmed, false, []string{"invite mentor", "invite mentee"}},
	{SessionProposed, "propose", "", SessionProposed, false, []string{"proposal partner", "receipt writer"}},
	{SessionProposed, "propose", "an instant that the partner has proposed too", SessionConfirmed, false, []string{"invite mentor", "invite mentee"}},
	{SessionProposed, "constrain", "", SessionProposed, false, []string{"offer writer"}},
	{SessionProposed, "decline", "what we offered", SessionProposed, false, []string{"offer writer"}},
	{SessionProposed, "decline", "what the partner proposed", SessionProposed, false, []string{"receipt partner", "offer writer"}},
	{SessionProposed, "chase", "three days of silence, then four", SessionProposed, false, []string{"ask-times mentee"}},
	{SessionProposed, "cancel", "", SessionCancelled, false, []string{"receipt partner", "receipt writer"}},
	{SessionProposed, "undo", "the writer's own proposal", SessionProposed, false, []string{"receipt partner", "offer writer"}},
	{SessionProposed, "undo", "the writer's no to the partner's proposal", SessionProposed, false, []string{"receipt partner", "proposal writer"}},
	{SessionProposed, "next-session", "one of the two has taken back that they joined", SessionCancelled, false, nil},
	{SessionProposed, "next-session", "one of the two has left", SessionCancelled, false, []string{"receipt partner"}},
	{SessionProposed, "pair paused", "", SessionCancelled, false, nil},
	{SessionProposed, "pair ended", "", SessionCancelled, false, []string{"goodbye mentor", "goodbye mentee"}},

	{SessionConfirmed, "accept", "the booked time", SessionConfirmed, false, []string{"receipt writer"}},
	{SessionConfirmed, "accept", "a slot that we offered for a move", SessionMoving, false, []string{"move-request partner", "receipt writer"}},
	{SessionConfirmed, "REPLY ACCEPTED", "", SessionConfirmed, false, nil},
	{SessionConfirmed, "REPLY TENTATIVE", "", SessionConfirmed, false, nil},
	{SessionConfirmed, "REPLY DECLINED", "as cancel", SessionCancelled, true, []string{"cancel writer", "cancel partner"}},
	{SessionConfirmed, "REPLY DELEGATED", "", SessionConfirmed, false, []string{"receipt writer"}},
	{SessionConfirmed, "REFRESH", "", SessionConfirmed, false, []string{"update writer"}},
	{SessionConfirmed, "move", "in time", SessionMoving, false, []string{"move-request partner", "receipt writer"}},
	{SessionConfirmed, "move", "late, policy consent", SessionMoving, false, []string{"move-request partner", "move-late writer"}},
	{SessionConfirmed, "move", "late, policy strict", SessionConfirmed, false, []string{"move-refused writer"}},
	{SessionConfirmed, "late change waived", "a move that the strict policy refused, still ahead", SessionMoving, false, []string{"move-request partner", "receipt writer"}},
	{SessionConfirmed, "COUNTER", "in time", SessionMoving, false, []string{"move-request partner", "receipt writer"}},
	{SessionConfirmed, "COUNTER", "late, policy strict", SessionConfirmed, false, []string{"move-refused writer, DECLINECOUNTER"}},
	{SessionConfirmed, "cancel", "in time", SessionCancelled, true, []string{"cancel writer", "cancel partner"}},
	{SessionConfirmed, "cancel", "late", SessionCancelled, true, []string{"cancel writer", "cancel-late partner"}},
	{SessionConfirmed, "cancel", "after the start", SessionConfirmed, false, []string{"receipt writer"}},
	{SessionConfirmed, "undo", "booked by the writer", SessionCancelled, true, []string{"cancel writer", "cancel partner"}},
	{SessionConfirmed, "undo", "a move that the writer agreed to", SessionMoving, false, []string{"move-request partner", "receipt writer"}},
	{SessionConfirmed, "undo", "the writer's no to a move", SessionMoving, false, []string{"receipt partner", "move-request writer"}},
	{SessionConfirmed, "place", "the pair has another link or one of the two another address, before the start", SessionConfirmed, true, []string{"update mentor", "update mentee"}},
	{SessionConfirmed, "pair ended", "before the start", SessionCancelled, true, []string{"cancel mentor", "cancel mentee"}},
	{SessionConfirmed, "held", "after the start", SessionHeld, false, []string{"receipt writer"}},
	{SessionConfirmed, "missed", "after the start", SessionMissed, false, []string{"receipt writer"}},

	{SessionMoving, "accept", "a time that the partner asked for", SessionConfirmed, true, []string{"update mentor", "update mentee"}},
	{SessionMoving, "waive", "the one time that the partner asked for", SessionConfirmed, true, []string{"update mentor", "update mentee"}},
	{SessionMoving, "move", "to a time that the partner asked for", SessionConfirmed, true, []string{"update mentor", "update mentee"}},
	{SessionMoving, "COUNTER", "to a time that the partner asked for", SessionConfirmed, true, []string{"update mentor", "update mentee"}},
	{SessionMoving, "decline", "what the partner asked for", SessionConfirmed, false, []string{"move-refused partner", "receipt writer"}},
	{SessionMoving, "decline", "what the partner asked for by COUNTER", SessionConfirmed, false, []string{"move-refused partner, DECLINECOUNTER", "receipt writer"}},
	{SessionMoving, "undo", "the writer's own request", SessionConfirmed, false, []string{"receipt partner", "receipt writer"}},
	{SessionMoving, "change", "nobody has answered two hours before the start", SessionConfirmed, false, []string{"no-answer mentor", "no-answer mentee"}},
	{SessionMoving, "cancel", "in time", SessionCancelled, true, []string{"cancel writer", "cancel partner"}},
	{SessionMoving, "REPLY DECLINED", "as cancel", SessionCancelled, true, []string{"cancel writer", "cancel partner"}},
	{SessionMoving, "next-session", "one of the two has left", SessionConfirmed, false, []string{"receipt partner"}},
	{SessionMoving, "place", "the pair has another link or one of the two another address, before the start", SessionMoving, true, []string{"update mentor", "update mentee"}},
	{SessionMoving, "pair ended", "before the start", SessionCancelled, true, []string{"cancel mentor", "cancel mentee"}},
	{SessionMoving, "held", "after the start, where the timer came late", SessionHeld, false, []string{"receipt writer"}},
	{SessionMoving, "missed", "after the start, where the timer came late", SessionMissed, false, []string{"receipt writer"}},

	{SessionCancelled, "undo", "the search that the writer had ended", SessionProposed, false, []string{"receipt partner", "offer writer"}},
	{"", "undo", "a session that the writer cancelled, for the same time", SessionProposed, false, []string{"proposal partner", "receipt writer"}},
	{SessionHeld, "undo", "by the one who said that it was held, before the partner has spoken", SessionConfirmed, false, []string{"receipt writer"}},
	{SessionMissed, "undo", "by the one who said that it was missed, before the partner has spoken", SessionConfirmed, false, []string{"receipt writer"}},
	{SessionHeld, "missed", "by the one who said that it was held, before the partner has spoken", SessionMissed, false, []string{"receipt writer"}},
	{SessionMissed, "held", "by the one who said that it was missed, before the partner has spoken", SessionHeld, false, []string{"receipt writer"}},
}
