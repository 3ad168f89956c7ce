/** Days as people in a time zone count them. Dates are "2026-11-20". */

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Today's date there. */
export function dateInZone(time: number, timeZone: string): string {
  const { year, month, day } = fieldsInZone(time, timeZone);
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** The moment at which that date begins there, plus `addDays`; null when it is no date. */
export function startOfDate(date: string, timeZone: string, addDays = 0): number | null {
  const match = DATE.exec(date);
  if (!match) return null;
  const wall = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + addDays);
  if (Number.isNaN(wall)) return null;
  // The offset at the guess may differ from the one at the answer, on the day that the clocks change: twice is enough.
  const guess = wall - offsetInZone(wall, timeZone);
  return wall - offsetInZone(guess, timeZone);
}

/** The moment at which the day began, `daysAgo` days ago. */
export function startOfDay(time: number, timeZone: string, daysAgo = 0): number {
  return startOfDate(dateInZone(time, timeZone), timeZone, -daysAgo) ?? time;
}

function offsetInZone(time: number, timeZone: string): number {
  const { year, month, day, hour, minute, second } = fieldsInZone(time, timeZone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(time / 1000) * 1000;
}

function fieldsInZone(time: number, timeZone: string) {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const parts = new Map(format.formatToParts(time).map((part) => [part.type, Number(part.value)]));
  const read = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return {
    year: read("year"),
    month: read("month"),
    day: read("day"),
    hour: read("hour"),
    minute: read("minute"),
    second: read("second"),
  };
}
