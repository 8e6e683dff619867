package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/templates"
)

func (m Main) previewCommand() *cobra.Command {
	var locale string
	var html bool
	command := &cobra.Command{
		Use:   "preview KIND",
		Short: "Show a mail of a kind with sample facts, in your own texts where you have some",
		Args:  cobra.ExactArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return kindNames(nil), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			config, err := m.config(cmd)
			if err != nil {
				return err
			}
			set, err := config.loadTemplates()
			if err != nil {
				return err
			}
			kinds := kindNames(set)
			if !slices.Contains(kinds, args[0]) {
				return usagef("%q is no kind of mail; the kinds are: %s", args[0], strings.Join(kinds, " "))
			}
			if err := localeName(locale); err != nil {
				return usagef("--locale: %w", err)
			}
			text, err := set.Render(templates.Sample(program.Kind(args[0]), locale))
			if err != nil {
				return fmt.Errorf("render %s: %w", args[0], err)
			}
			if html {
				fmt.Fprintln(m.Stdout, text.HTML)
				return nil
			}
			fmt.Fprintf(m.Stdout, "Subject: %s\n\n%s\n", text.Subject, strings.TrimRight(text.Plain, "\n"))
			return nil
		},
	}
	command.Flags().StringVar(&locale, "locale", templates.DefaultLocale, "language `TAG` of the reader, like en or pt-BR")
	command.Flags().BoolVar(&html, "html", false, "print the HTML part")
	return command
}

// kindNames lists the kinds of mail, of the built-in texts where set is nil.
func kindNames(set *templates.Set) []string {
	if set == nil {
		var err error
		if set, err = templates.Load(nil); err != nil {
			return nil
		}
	}
	var names []string
	for _, kind := range set.Kinds() {
		names = append(names, string(kind))
	}
	return names
}
