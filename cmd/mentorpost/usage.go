package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// examples are shown by --help, by the command's words.
var examples = map[string]string{
	"auth": `mentorpost auth
mentorpost auth --listen 127.0.0.1:8400   # behind: ssh -L 8400:127.0.0.1:8400 HOST`,
	"bench": `mentorpost bench
mentorpost bench inbound latency --json`,
	"check": `mentorpost check
mentorpost check --no-send --json`,
	"demo": `mentorpost demo
mentorpost demo --full | less
mentorpost demo --keep trial`,
	"end": `mentorpost end ada@example.net
mentorpost end mzxw6ytboi4a   # a pair, as mentorpost pairs lists it`,
	"explain": `mentorpost explain reply.eml --purpose offer --zone Europe/Lisbon
mentorpost explain --jsonl < replies.jsonl`,
	"export": `mentorpost export ada@example.net --to ada`,
	"forget": `mentorpost forget ada@example.net --yes`,
	"import pairs": `mentorpost import pairs pairs.csv --dry-run
mentorpost import pairs pairs.csv`,
	"import people": `mentorpost import people people.csv --dry-run
mentorpost import people - < people.csv`,
	"init": `mentorpost init
mentorpost init -c /etc/mentorpost/mentorpost.toml`,
	"key make": `mentorpost key make`,
	"key rotate": `systemctl stop mentorpost
mentorpost key rotate -c /etc/mentorpost/mentorpost.toml
systemctl start mentorpost`,
	"ledger": `mentorpost ledger
mentorpost ledger --json`,
	"migrate": `mentorpost migrate -c /etc/mentorpost/mentorpost.toml`,
	"outbox": `mentorpost outbox
mentorpost outbox --state retry`,
	"outbox show":     `mentorpost outbox show mzxw6ytboi4a`,
	"pair":            `mentorpost pair ada@example.net tomas@example.net --cadence weekly`,
	"pairs":           `mentorpost pairs --json`,
	"pairs show":      `mentorpost pairs show mzxw6ytboi4a`,
	"pause":           `mentorpost pause ada@example.net --until 2027-02-01`,
	"people":          `mentorpost people --json`,
	"people show":     `mentorpost people show ada@example.net`,
	"preview":         `mentorpost preview invite --locale pt-BR`,
	"quarantine":      `mentorpost quarantine`,
	"quarantine show": `mentorpost quarantine show 17`,
	"rehearse":        `mentorpost rehearse --weeks 8 --from 2027-01-11`,
	"resume":          `mentorpost resume ada@example.net`,
	"serve": `mentorpost serve
mentorpost serve -c /etc/mentorpost/mentorpost.toml --log-format json`,
	"sessions":      `mentorpost sessions --json`,
	"sessions show": `mentorpost sessions show mzxw6ytboi4a`,
	"status":        `mentorpost status`,
	"tick": `mentorpost tick
mentorpost tick --now 2027-01-11T09:00:00Z   # where rehearsal = true`,
	"version": `mentorpost version`,
	"waive":   `mentorpost waive tomas@example.net`,
	"when": `mentorpost when --zone Europe/Lisbon "Thursday at 3 or 4pm"
mentorpost when --at 2027-03-01T09:00:00Z --locale de "nächsten Freitag um halb drei"
mentorpost when --jsonl < phrases.jsonl`,
}

// furnish gives each command its example, and has those that are only there
// for their subcommands say which there are.
func furnish(command *cobra.Command) {
	words := strings.TrimPrefix(command.CommandPath(), "mentorpost ")
	if example, there := examples[words]; there {
		command.Example = "  " + strings.ReplaceAll(example, "\n", "\n  ")
	}
	switch {
	case words == "help":
		command.Args = helpTopic
	case command.HasParent() && command.HasSubCommands() && !command.Runnable():
		names := below(command)
		command.Use += " " + strings.Join(names, "|")
		command.DisableFlagsInUseLine = true
		command.RunE = func(cmd *cobra.Command, args []string) error {
			wrong := "one of " + strings.Join(names, ", ") + " is needed"
			if len(args) > 0 {
				wrong = fmt.Sprintf("unknown command %q for %q", args[0], cmd.CommandPath())
			}
			return usagef("%s; %s", wrong, advise(cmd))
		}
	}
	for _, sub := range command.Commands() {
		furnish(sub)
	}
}

// below are the names of a command's subcommands.
func below(command *cobra.Command) []string {
	var names []string
	for _, sub := range command.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return names
}

// helpTopic holds that help is asked about a command that there is.
func helpTopic(help *cobra.Command, topic []string) error {
	found, rest, err := help.Root().Find(topic)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("unknown command %q for %q", rest[0], found.CommandPath())
	}
	return err
}

// choices tells shells what a flag may be.
func choices(command *cobra.Command, flag string, values ...string) {
	_ = command.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)) // fails for a flag that is not there
}
