// Package store keeps everything that must survive a crash: the raw inbound
// mail, people, pairs, sessions, the notice ledger, timers and the outbox.
//
// One SQL text serves SQLite and PostgreSQL; only the schema files differ.
// Instants are UTC microseconds, zones are IANA names, nested lists are JSON.
//
// Work is handed out by claims. A claim takes a row for the length of a lease,
// on real time, and raises its term. A worker that lost its lease (killed,
// suspended, slow) cannot write under its old term. Correctness comes from
// unique keys, versions and terms; leases and notifications only save work.
package store
