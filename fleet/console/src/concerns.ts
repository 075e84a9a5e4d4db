import type { SiteOverview } from "@wardkey/protocol/fleet";

type Kiosk = SiteOverview["kiosks"][number];
type Entry = SiteOverview["journal"][number];

/** What a person has to look at, the worst first. */
export type Concern =
  | { kind: "chain"; kiosk: Kiosk }
  | { kind: "alert"; kiosk: Kiosk | null; entry: Entry }
  | { kind: "silent"; kiosk: Kiosk }
  | { kind: "lease"; kiosk: Kiosk; until: number }
  | { kind: "camera"; kiosk: Kiosk }
  | { kind: "degraded"; kiosk: Kiosk }
  | { kind: "certificate"; kiosk: Kiosk }
  | { kind: "credential"; person: SiteOverview["people"][number] };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A kiosk reports at least four times as often. */
export const SILENT_AFTER = MINUTE;
const LEASE_WARNING = 6 * HOUR;
const CERTIFICATE_WARNING = 7 * DAY;
const ALERT_LASTS = DAY;
const ALERTS: readonly string[] = ["security.alert", "presence.replay-suspected"];

/** Whether the kiosk was heard lately. */
export const inTouch = (kiosk: Kiosk, now: number): boolean =>
  kiosk.lastSeenAt !== null && now - kiosk.lastSeenAt <= SILENT_AFTER;

/** What in `overview` needs a person, judged at the site's own time. */
export function concernsOf(overview: SiteOverview): Concern[] {
  const { kiosks, people, journal, now } = overview;
  const alerts = journal.filter((entry) => ALERTS.includes(entry.kind) && now - entry.at <= ALERT_LASTS);
  return [
    ...kiosks.filter((kiosk) => !kiosk.chainValid).map((kiosk): Concern => ({ kind: "chain", kiosk })),
    ...newestOfEach(alerts).map(
      (entry): Concern => ({ kind: "alert", entry, kiosk: kiosks.find(({ id }) => id === entry.kiosk) ?? null }),
    ),
    ...kiosks.flatMap((kiosk) => concernsOfKiosk(kiosk, now)),
    ...people
      .filter((person) => person.credential === "expired")
      .map((person): Concern => ({ kind: "credential", person })),
  ];
}

function concernsOfKiosk(kiosk: Kiosk, now: number): Concern[] {
  const found: Concern[] = [];
  const silent = !inTouch(kiosk, now);
  if (silent) found.push({ kind: "silent", kiosk });
  const until = kiosk.statusExpiresAt;
  if (until !== null && until - now < LEASE_WARNING) found.push({ kind: "lease", kiosk, until });
  // What a silent kiosk said last tells nothing about its camera now.
  if (!silent && kiosk.camera === "down") found.push({ kind: "camera", kiosk });
  else if (!silent && kiosk.state === "degraded") found.push({ kind: "degraded", kiosk });
  if (kiosk.readerExpiresAt - now < CERTIFICATE_WARNING) found.push({ kind: "certificate", kiosk });
  return found;
}

/** One alert a kiosk and kind: a repeated one is one thing to look at. Entries come newest first. */
function newestOfEach(alerts: readonly Entry[]): Entry[] {
  const newest = new Map<string, Entry>();
  for (const entry of alerts) {
    const key = `${entry.kiosk} ${entry.kind}`;
    if (!newest.has(key)) newest.set(key, entry);
  }
  return [...newest.values()];
}
