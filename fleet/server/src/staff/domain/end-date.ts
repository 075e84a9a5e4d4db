const DAY_MS = 86_400_000;
const LATEST = Date.UTC(2200, 0, 1);
/** 100-nanosecond steps from 1601 to 1970. */
const FILETIME_EPOCH = 116_444_736_000_000_000n;

/**
 * The moment at which an employment ends. A day means its last moment where the hospital is: midnight after it, in
 * `timeZone`. Also a moment with its offset (RFC 3339), LDAP's generalized time (RFC 4517 3.3.13) and Active Directory's
 * `accountExpires`. `null`: open.
 */
export function readEnd(text: string, timeZone: string): number | null | "invalid" {
  if (text === "" || text === "0" || text === "9223372036854775807") return null;
  const read = readMoment(text, timeZone);
  return read === null || !Number.isFinite(read) || read < 0 || read > LATEST ? "invalid" : read;
}

function readMoment(text: string, timeZone: string): number | null {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (day !== null) {
    const [, year, month, date] = day.map(Number);
    const start = dayOf(year, month, date);
    return start === null ? null : midnightAfter(start, timeZone);
  }
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/.test(text)) return Date.parse(text);
  const generalized = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(\.0+)?Z$/.exec(text);
  if (generalized !== null) {
    const [year = 0, month = 0, date = 0, hour = 0, minute = 0, second = 0] = generalized
      .slice(1, 7)
      .map((part) => Number(part ?? 0));
    const start = dayOf(year, month, date);
    return start === null || hour > 23 || minute > 59 || second > 59
      ? null
      : start + hour * 3_600_000 + minute * 60_000 + second * 1_000;
  }
  return /^\d{17,19}$/.test(text) ? Number((BigInt(text) - FILETIME_EPOCH) / 10_000n) : null;
}

function dayOf(year = 0, month = 0, date = 0): number | null {
  const start = Date.UTC(year, month - 1, date);
  const made = new Date(start);
  return made.getUTCMonth() === month - 1 && made.getUTCDate() === date ? start : null;
}

function midnightAfter(start: number, timeZone: string): number {
  const wall = start + DAY_MS;
  // The offset at the guess, then at what the guess gave: two steps settle a change of the clocks.
  const first = wall - offsetAt(wall, timeZone);
  return wall - offsetAt(first, timeZone);
}

function offsetAt(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second")) - at;
}

/** Whether `timeZone` is one that this machine knows (IANA). */
export function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone });
    return true;
  } catch {
    return false;
  }
}
