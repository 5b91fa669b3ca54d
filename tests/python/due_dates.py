"""Writes tests/loket/data/due_dates.csv: due dates by hand-typed holidays and set arithmetic, not by the program.

The holidays are typed from the joint decrees of three ministers (SKB) for 2025 and 2026. A working day is a date of a
sorted list; the due date is an element of that list after day zero, without the dates of the pauses. Run it again with
`python3 tests/python/due_dates.py > tests/loket/data/due_dates.csv`.
"""

import bisect
import datetime as dt
import sys
from zoneinfo import ZoneInfo

YEAR_2025 = """
1 Jan, 27 Jan, 28 Jan, 29 Jan, 28 Mar, 29 Mar, 31 Mar, 1 Apr, 2 Apr, 3 Apr, 4 Apr, 7 Apr, 18 Apr, 20 Apr, 1 May, 12 May,
13 May, 29 May, 30 May, 1 Jun, 6 Jun, 9 Jun, 27 Jun, 17 Aug, 18 Aug, 5 Sep, 25 Dec, 26 Dec
"""
YEAR_2026 = """
1 Jan, 16 Jan, 16 Feb, 17 Feb, 18 Mar, 19 Mar, 20 Mar, 21 Mar, 22 Mar, 23 Mar, 24 Mar, 3 Apr, 5 Apr, 1 May, 14 May,
15 May, 27 May, 28 May, 31 May, 1 Jun, 16 Jun, 17 Aug, 25 Aug, 24 Dec, 25 Dec
"""
CLOSES = {0: "15:00", 1: "15:00", 2: "15:00", 3: "15:00", 4: "11:30"}
ZONES = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}


def days_off():
    found = set()
    for year, text in ((2025, YEAR_2025), (2026, YEAR_2026)):
        for part in text.replace("\n", " ").split(","):
            found.add(dt.datetime.strptime(f"{part.strip()} {year}", "%d %b %Y").date())
    return found


def working_days():
    off, first = days_off(), dt.date(2025, 1, 1)
    every = (first + dt.timedelta(days=n) for n in range(730))
    return [day for day in every if day.weekday() < 5 and day not in off]


WORKING = working_days()


def local(text, zone):
    """A moment in UTC (`...Z`) or in the zone of the site, as that zone's wall clock."""
    tz = ZoneInfo(ZONES[zone])
    if text.endswith("Z"):
        return dt.datetime.fromisoformat(text[:-1] + "+00:00").astimezone(tz)
    return dt.datetime.fromisoformat(text).replace(tzinfo=tz)


def due(complete, zone, cut_off, days, pauses):
    moment = local(complete, zone)
    day, clock = moment.date(), moment.strftime("%H:%M")
    late = clock > cut_off or (clock == cut_off and moment.second > 0)
    place = bisect.bisect_left(WORKING, day)
    if WORKING[place] != day or late:
        place = bisect.bisect_right(WORKING, day)
    zero = WORKING[place]
    stopped = set()
    for returned, again in pauses:
        a, b = local(returned, zone).date(), local(again, zone).date()
        stopped |= {day for day in WORKING if a < day <= b}
    counted = [day for day in WORKING if day > zero and day not in stopped]
    answer = zero if days == 0 else counted[days - 1]
    return answer.isoformat(), CLOSES[answer.weekday()]


# What, complete, zone, cut-off, days, pauses.
CASES = [
    # Ordinary weeks and weekends.
    ("ordinary", "2026-11-23T09:00", "wib", "15:00", 1, ""),
    ("ordinary", "2026-11-23T09:00", "wib", "15:00", 3, ""),
    ("friday", "2026-11-27T09:00", "wib", "15:00", 1, ""),
    ("due-on-friday", "2026-11-23T09:00", "wib", "15:00", 4, ""),
    ("weekend", "2026-11-23T09:00", "wib", "15:00", 5, ""),
    ("weekend", "2026-11-24T08:00", "wib", "15:00", 9, ""),
    ("no-days", "2026-11-23T09:00", "wib", "15:00", 0, ""),
    ("long", "2026-07-01T08:00", "wib", "15:00", 30, ""),
    # Complete on a day off.
    ("saturday", "2026-11-28T09:00", "wib", "15:00", 1, ""),
    ("sunday", "2026-11-29T23:59", "wib", "15:00", 2, ""),
    ("holiday", "2026-08-17T09:00", "wib", "15:00", 1, ""),
    ("joint-leave", "2026-03-20T10:00", "wib", "15:00", 1, ""),
    ("holiday-on-sunday", "2026-05-31T09:00", "wib", "15:00", 1, ""),
    # Holidays on the way.
    ("independence-day", "2026-08-14T09:00", "wib", "15:00", 1, ""),
    ("maulid", "2026-08-24T09:00", "wib", "15:00", 1, ""),
    ("maulid", "2026-08-21T09:00", "wib", "15:00", 5, ""),
    ("good-friday", "2026-04-02T09:00", "wib", "15:00", 2, ""),
    ("labour-day", "2026-04-30T09:00", "wib", "15:00", 1, ""),
    ("muharram", "2026-06-15T09:00", "wib", "15:00", 1, ""),
    ("isra-mikraj", "2026-01-15T09:00", "wib", "15:00", 2, ""),
    ("pancasila", "2026-05-29T09:00", "wib", "15:00", 3, ""),
    ("two-holidays", "2026-08-13T09:00", "wib", "15:00", 8, ""),
    # Joint leave on the way.
    ("imlek", "2026-02-12T09:00", "wib", "15:00", 3, ""),
    ("idulfitri", "2026-03-13T09:00", "wib", "15:00", 5, ""),
    ("idulfitri", "2026-03-17T09:00", "wib", "15:00", 1, ""),
    ("idulfitri", "2026-03-10T09:00", "wib", "15:00", 10, ""),
    ("ascension", "2026-05-13T09:00", "wib", "15:00", 5, ""),
    ("iduladha", "2026-05-26T09:00", "wib", "15:00", 1, ""),
    ("may", "2026-05-12T09:00", "wib", "15:00", 12, ""),
    ("christmas", "2026-12-22T09:00", "wib", "15:00", 5, ""),
    ("christmas", "2026-12-23T09:00", "wib", "15:00", 1, ""),
    ("lebaran-2025", "2025-03-27T09:00", "wib", "15:00", 1, ""),
    ("lebaran-2025", "2025-03-26T14:59", "wib", "15:00", 5, ""),
    ("added-by-decree-2025", "2025-08-15T09:00", "wib", "15:00", 1, ""),
    # Over the turn of the year.
    ("new-year", "2025-12-31T09:00", "wib", "15:00", 1, ""),
    ("new-year", "2025-12-24T09:00", "wib", "15:00", 5, ""),
    ("new-year", "2025-12-30T15:01", "wib", "15:00", 14, ""),
    # The cut-off.
    ("cut-off", "2026-11-23T14:59", "wib", "15:00", 1, ""),
    ("cut-off", "2026-11-23T15:00", "wib", "15:00", 1, ""),
    ("cut-off", "2026-11-23T15:00:01", "wib", "15:00", 1, ""),
    ("cut-off", "2026-11-23T15:01", "wib", "15:00", 1, ""),
    ("cut-off-friday", "2026-11-27T15:30", "wib", "15:00", 1, ""),
    ("cut-off-before-holiday", "2026-08-14T16:00", "wib", "15:00", 1, ""),
    ("cut-off-before-leave", "2026-03-17T15:01", "wib", "15:00", 2, ""),
    ("early-cut-off", "2026-11-23T12:30", "wib", "12:00", 1, ""),
    ("late-cut-off", "2026-11-23T19:59", "wib", "20:00", 1, ""),
    ("midnight", "2026-11-23T00:00", "wib", "15:00", 1, ""),
    # The date is that of the site.
    ("utc-evening-is-next-morning", "2026-11-22T23:30Z", "wit", "15:00", 1, ""),
    ("utc-evening-is-next-morning", "2026-11-22T17:30Z", "wib", "15:00", 1, ""),
    ("utc-afternoon-same-day", "2026-11-22T16:59Z", "wib", "15:00", 1, ""),
    ("utc-cut-off-wib", "2026-11-23T08:00Z", "wib", "15:00", 1, ""),
    ("utc-cut-off-wita", "2026-11-23T07:00Z", "wita", "15:00", 1, ""),
    ("utc-cut-off-wita", "2026-11-23T07:01Z", "wita", "15:00", 1, ""),
    ("utc-cut-off-wit", "2026-11-23T06:01Z", "wit", "15:00", 1, ""),
    ("wita-holiday", "2026-08-16T16:30Z", "wita", "15:00", 1, ""),
    # Pauses: the applicant must act.
    ("pause", "2026-11-23T09:00", "wib", "15:00", 5, "2026-11-24T10:00/2026-11-26T10:00"),
    ("pause-same-day", "2026-11-23T09:00", "wib", "15:00", 5, "2026-11-24T10:00/2026-11-24T14:00"),
    ("pause-overnight", "2026-11-23T09:00", "wib", "15:00", 5, "2026-11-24T10:00/2026-11-25T08:00"),
    ("pause-weekend", "2026-11-23T09:00", "wib", "15:00", 5, "2026-11-27T10:00/2026-11-29T10:00"),
    ("pause-over-weekend", "2026-11-23T09:00", "wib", "15:00", 5, "2026-11-27T10:00/2026-11-30T10:00"),
    ("pause-day-zero", "2026-11-23T09:00", "wib", "15:00", 3, "2026-11-23T11:00/2026-11-25T11:00"),
    ("pause-over-holiday", "2026-08-12T09:00", "wib", "15:00", 5, "2026-08-14T10:00/2026-08-18T10:00"),
    ("pause-over-leave", "2026-03-12T09:00", "wib", "15:00", 5, "2026-03-16T09:00/2026-03-26T09:00"),
    ("two-pauses", "2026-11-23T09:00", "wib", "15:00", 5, "2026-11-24T10:00/2026-11-25T10:00;2026-11-26T10:00/2026-11-27T10:00"),
    ("touching-pauses", "2026-11-23T09:00", "wib", "15:00", 5, "2026-11-24T10:00/2026-11-25T09:00;2026-11-25T15:00/2026-11-27T10:00"),
    ("three-pauses", "2026-07-06T09:00", "wib", "15:00", 9, "2026-07-07T10:00/2026-07-09T10:00;2026-07-13T08:00/2026-07-17T08:00;2026-07-20T08:00/2026-07-21T08:00"),
    ("pause-of-28-days", "2026-09-01T09:00", "wib", "15:00", 5, "2026-09-02T09:00/2026-09-30T09:00"),
    ("pause-after-due", "2026-11-23T09:00", "wib", "15:00", 2, "2026-11-30T09:00/2026-12-03T09:00"),
    ("pause-after-cut-off", "2026-11-23T15:30", "wib", "15:00", 3, "2026-11-24T09:00/2026-11-25T09:00"),
    ("pause-in-utc", "2026-11-23T02:00Z", "wit", "15:00", 5, "2026-11-24T15:30Z/2026-11-25T16:00Z"),
    ("pause-over-christmas", "2026-12-16T09:00", "wib", "15:00", 5, "2026-12-21T09:00/2026-12-28T09:00"),
]


def main():
    out = sys.stdout
    out.write("what,complete,zone,cut_off,days,pauses,due,closes\n")
    for what, complete, zone, cut_off, days, pauses in CASES:
        pairs = [tuple(part.split("/")) for part in pauses.split(";") if part]
        day, closes = due(complete, zone, cut_off, days, pairs)
        out.write(f"{what},{complete},{zone},{cut_off},{days},{pauses},{day},{closes}\n")


if __name__ == "__main__":
    main()
