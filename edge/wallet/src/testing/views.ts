import type { PhoneView, ReleaseRecord } from "@wardkey/protocol/phone";

/** 2026-03-02 14:02 in UTC: a Monday on the ward. */
export const NOW = Date.UTC(2026, 2, 2, 14, 2);
const minute = 60_000;

function line(record: Partial<ReleaseRecord> & Pick<ReleaseRecord, "id" | "at">): ReleaseRecord {
  return {
    kiosk: "Ward 3 desk",
    ward: "Ward 3",
    purpose: "unlock",
    outcome: "unlocked",
    code: null,
    receipt: true,
    ...record,
  };
}

export const HISTORY: readonly ReleaseRecord[] = [
  line({ id: "7", at: NOW - 2 * minute }),
  line({ id: "6", at: NOW - 50 * minute, outcome: "not-matched" }),
  line({
    id: "5",
    at: NOW - 55 * minute,
    kiosk: "Pharmacy",
    ward: "Basement",
    outcome: "refused",
    code: "phone-still",
    receipt: false,
  }),
  line({
    id: "4",
    at: NOW - 659 * minute,
    kiosk: null,
    ward: null,
    outcome: "refused",
    code: "certificate-untrusted",
    receipt: false,
  }),
  line({
    id: "3",
    at: NOW - 700 * minute,
    kiosk: null,
    ward: null,
    outcome: "broken-off",
    code: "link-closed",
    receipt: false,
  }),
  line({ id: "2", at: NOW - 26 * 60 * minute, outcome: "released", code: "link-closed", receipt: false }),
  line({ id: "1", at: NOW - 30 * 60 * minute, purpose: "enrol", outcome: "enrolled" }),
];

export const FRESH: PhoneView = {
  v: 1,
  now: NOW,
  credential: null,
  visibility: { advertising: false, servedKiosk: null },
  consentMode: "A",
  handsFree: { unlockedAt: null, movedAt: null },
  prompt: null,
  enrolment: null,
  history: [],
  room: { distance: 6, pocket: false, kiosk: "kiosk" },
};

export const ENROLLED: PhoneView = {
  ...FRESH,
  credential: {
    name: "Anna Papadopoulou",
    site: "st-mary",
    staffId: "s-00417",
    issuedAt: NOW - 30 * 60 * minute,
    expiresAt: NOW + 90 * 24 * 60 * minute,
    templateMadeAt: NOW - 30 * 60 * minute,
    templateKiosk: "Ward 3 desk",
  },
  visibility: { advertising: true, servedKiosk: null },
  handsFree: { unlockedAt: NOW - 20 * minute, movedAt: NOW - 2 * minute },
  history: [...HISTORY],
  room: { distance: 2.4, pocket: true, kiosk: "kiosk" },
};

/** Each thing that the phone may show, by name. */
export const VIEWS = {
  fresh: FRESH,
  waiting: {
    ...FRESH,
    visibility: { advertising: true, servedKiosk: null },
    enrolment: { step: "waiting", until: NOW + 95_000 },
  },
  compare: { ...FRESH, enrolment: { step: "compare-code", code: "530943" } },
  done: { ...ENROLLED, enrolment: { step: "done" } },
  failed: { ...FRESH, enrolment: { step: "failed", code: "offer-kiosk" } },
  home: ENROLLED,
  locked: { ...ENROLLED, handsFree: { unlockedAt: null, movedAt: null } },
  served: {
    ...ENROLLED,
    visibility: { advertising: true, servedKiosk: "Ward 3 desk" },
    room: { distance: 0.9, pocket: false, kiosk: "kiosk" },
  },
  notification: {
    ...ENROLLED,
    consentMode: "B",
    prompt: { id: "p", kind: "notification", kiosk: "Ward 3 desk", until: NOW + 18_000 },
  },
  biometric: {
    ...ENROLLED,
    consentMode: "C",
    prompt: { id: "p", kind: "biometric", kiosk: "Ward 3 desk", until: NOW + 18_000 },
  },
  bluetooth: { ...ENROLLED, room: null },
} as const satisfies Record<string, PhoneView>;
