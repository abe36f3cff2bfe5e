"""When a place is open: the timetable, its JSON document, the answer for a day, and the words for it. All of it pure."""
