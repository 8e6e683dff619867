"""Reads calendar messages with the module that is named first (icalendar or
vobject) from the files that follow, and prints what it understood of each
event as JSON."""
import importlib
import json
import sys


def utc(value):
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def with_icalendar(raw):
    import icalendar
    calendar = icalendar.Calendar.from_ical(raw)
    for event in calendar.walk("VEVENT"):
        people = event.get("ATTENDEE", [])
        people = people if isinstance(people, list) else [people]
        yield {
            "method": str(calendar.get("METHOD", "")), "uid": str(event["UID"]), "sequence": int(event["SEQUENCE"]),
            "start": utc(event["DTSTART"].dt), "end": utc(event["DTEND"].dt), "status": str(event["STATUS"]),
            "summary": str(event["SUMMARY"]), "description": str(event.get("DESCRIPTION", "")),
            "location": str(event.get("LOCATION", "")), "organizer": str(event.get("ORGANIZER", "")),
            "attendees": [[str(a), a.params.get("CN", ""), a.params.get("PARTSTAT", ""), a.params.get("RSVP", "")] for a in people],
            "alarms": len(event.walk("VALARM")),
        }


def with_vobject(raw):
    import vobject
    calendar = vobject.readOne(raw.decode("utf-8"))
    param = lambda line, name: (line.params.get(name) or [""])[0]
    for event in calendar.vevent_list:
        content = event.contents
        value = lambda name: content[name][0].value if name in content else ""
        yield {
            "method": calendar.contents["method"][0].value if "method" in calendar.contents else "",
            "uid": event.uid.value, "sequence": int(value("sequence")),
            "start": utc(event.dtstart.value), "end": utc(event.dtend.value), "status": value("status"),
            "summary": value("summary"), "description": value("description"),
            "location": value("location"), "organizer": value("organizer"),
            "attendees": [[a.value, param(a, "CN"), param(a, "PARTSTAT"), param(a, "RSVP")] for a in content.get("attendee", [])],
            "alarms": len(content.get("valarm", [])),
        }


importlib.import_module(sys.argv[1])
read = {"icalendar": with_icalendar, "vobject": with_vobject}[sys.argv[1]]
print(json.dumps([event for name in sys.argv[2:] for event in read(open(name, "rb").read())]))
