/* An attendee made of libical, which Evolution and KOrganizer are built on.
 *
 *   attend USER ANSWER HELD RECEIVED [START END]
 *
 * HELD is the message that the calendar holds already, or "-"; RECEIVED is the
 * one that has come; ANSWER is accept, decline, counter (with the START and END
 * proposed, in UTC), delegate, or none. It prints what libical takes the
 * received message to be, with what it read of it, and then the answer. */
#include <libical/ical.h>
#include <libical/icalss.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static icalcomponent *message(const char *name)
{
	static char text[1 << 20];
	icalcomponent *found;
	FILE *file;
	size_t length;

	if (strcmp(name, "-") == 0)
		return NULL;
	if (!(file = fopen(name, "rb"))) {
		perror(name);
		exit(1);
	}
	length = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	text[length] = 0;
	if (!(found = icalparser_parse_string(text))) {
		fprintf(stderr, "%s: %s\n", name, icalerror_perror());
		exit(1);
	}
	/* libical notes what it cannot read as X-LIC-ERROR. */
	if (icalcomponent_count_errors(found) > 0) {
		fprintf(stderr, "%s: %s\n", name, icalcomponent_as_ical_string(found));
		exit(1);
	}
	return found;
}

static icalcomponent *answer(const char *what, icalcomponent *to, const char *user, char **times)
{
	icalcomponent *reply, *event;

	if (strcmp(what, "accept") == 0)
		return icalmessage_new_accept_reply(to, user, "See you then");
	if (strcmp(what, "decline") == 0)
		return icalmessage_new_decline_reply(to, user, "Sorry; next week?");
	if (strcmp(what, "delegate") == 0)
		return icalmessage_new_delegate_reply(to, user, "mailto:ines@example.org", "Please go");
	if (strcmp(what, "counter") != 0)
		return NULL;
	/* libical leaves it to its caller to write the times into a COUNTER. */
	reply = icalmessage_new_counterpropose_reply(to, to, user, "Rather then");
	event = icalcomponent_get_first_real_component(reply);
	icalcomponent_set_dtstart(event, icaltime_from_string(times[0]));
	icalcomponent_set_dtend(event, icaltime_from_string(times[1]));
	return reply;
}

int main(int count, char **words)
{
	icalcomponent *held, *received, *event, *reply;

	if (count < (strcmp(words[2], "counter") == 0 ? 7 : 5))
		return 2;
	held = message(words[3]);
	received = message(words[4]);
	event = icalcomponent_get_first_real_component(received);
	printf("%s|%s|%s|%s\n",
	       icalproperty_enum_to_string(icalclassify(received, held, words[1])),
	       icalcomponent_get_uid(event),
	       icaltime_as_ical_string(icalcomponent_get_dtstart(event)),
	       icaltime_as_ical_string(icalcomponent_get_dtend(event)));
	if ((reply = answer(words[2], received, words[1], words + 5)))
		fputs(icalcomponent_as_ical_string(reply), stdout);
	return 0;
}
