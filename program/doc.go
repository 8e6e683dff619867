// Package program decides what a mentoring program does: who is asked what,
// when a session is held, whether a change came in time, which letter goes out.
//
// It performs no input or output, imports only the standard library, never
// reads a clock and draws no random numbers: the present instant, zones and
// seeds for identifiers come in as arguments. The same input always yields the
// same Outcome, so that whole programs can be replayed and model-checked.
package program
