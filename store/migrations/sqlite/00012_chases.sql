-- +goose Up
-- Chases of what a pair was asked as it began are one mail where both are due.
DROP INDEX timers_joining;
CREATE INDEX timers_joining ON timers (person, due) WHERE done = 0
    AND kind IN ('agenda-request', 'free-until', 'agenda', 'chase', 'kick-off');

-- +goose Down
DROP INDEX timers_joining;
CREATE INDEX timers_joining ON timers (person, due) WHERE done = 0 AND kind IN ('agenda-request', 'free-until', 'agenda');
