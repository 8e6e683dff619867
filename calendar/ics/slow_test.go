//go:build race

package ics

// slowdown is how much longer things may take under the race detector.
const slowdown = 20
