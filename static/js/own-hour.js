// A chat's hour on the page -> the same hour where the reader is, shown only where clocks there say something else.
(() => {
  "use strict";
  const clock = (moment) => {
    const hour = moment.getHours() % 12 || 12;
    const minute = moment.getMinutes();
    const half = moment.getHours() < 12 ? "am" : "pm";
    return minute ? `${hour}.${String(minute).padStart(2, "0")} ${half}` : `${hour} ${half}`;
  };
  const hours = (from, to) => {
    const [start, end] = [clock(from), clock(to)];
    return start.slice(-2) === end.slice(-2) ? `${start.slice(0, -3)} to ${end}` : `${start} to ${end}`;
  };
  const day = (moment) => moment.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });

  for (const place of document.querySelectorAll(".own-hour")) {
    const from = new Date(place.dataset.from);
    const to = new Date(place.dataset.to);
    // The page's own time begins with the day there and ends in its distance from UTC: "2026-07-01T21:00+01:00".
    const [, sign, hour, minute] = place.dataset.from.match(/([+-])(\d\d):(\d\d)$/) || [, "+", "0", "0"];
    const theirs = Number(`${sign}1`) * (Number(hour) * 60 + Number(minute));
    if (-from.getTimezoneOffset() === theirs) continue;
    const isSameDay = from.getDate() === Number(place.dataset.from.slice(8, 10));
    place.textContent = `${isSameDay ? "" : `${day(from)}, `}${hours(from, to)} where you are`;
    place.hidden = false;
  }
})();
