import type { SiteOverview } from "@wardkey/protocol/fleet";

export const NOW = Date.UTC(2026, 10, 22, 14, 2, 9);
const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export type Kiosk = SiteOverview["kiosks"][number];

/** A kiosk of which all is well. */
export const kioskOf = (facts: Partial<Kiosk> = {}): Kiosk => ({
  id: "bed-7",
  name: "Bed 7",
  ward: "Ward 3B",
  state: "locked",
  profile: "demo",
  camera: "ok",
  lastSeenAt: NOW - 5_000,
  readerExpiresAt: NOW + 20 * DAY,
  statusExpiresAt: NOW + 23 * HOUR,
  journalSeq: 12,
  chainValid: true,
  ...facts,
});

export const personOf = (facts: Partial<SiteOverview["people"][number]> = {}): SiteOverview["people"][number] => ({
  staffId: "anna-rossi",
  name: "Anna Rossi",
  role: "staff",
  credential: "active",
  epoch: 1,
  expiresAt: NOW + 300 * DAY,
  enrolledAt: "Bed 7",
  quality: 84,
  ...facts,
});

/** A site with one kiosk that nothing is wrong with. */
export const overviewOf = (facts: Partial<SiteOverview> = {}): SiteOverview => ({
  v: 1,
  now: NOW,
  site: { id: "st-mary", name: "St Mary", rootExpiresAt: NOW + 3_000 * DAY, denyEpoch: 0 },
  kiosks: [kioskOf()],
  people: [personOf()],
  journal: [],
  ...facts,
});

/** A morning at one kiosk, newest first. */
export const MORNING: SiteOverview["journal"] = [
  { kiosk: "bed-7", seq: 12, at: NOW - 2_000, kind: "session.locked", body: { reason: "walked-away" } },
  {
    kiosk: "bed-7",
    seq: 11,
    at: NOW - 60_000,
    kind: "session.unlocked",
    body: { staffId: "anna-rossi", branch: "masked", ms: 640, cameraAttested: false },
  },
  { kiosk: "bed-7", seq: 10, at: NOW - 90_000, kind: "tap.refused", body: { reason: "no-match", ms: 912 } },
  { kiosk: "bed-7", seq: 9, at: NOW - DAY, kind: "agent.started", body: { version: "0.1.0", profile: "demo" } },
];
