import fc from "fast-check";
import type { DeviceFacts, PolicyContent, Selector } from "../document.js";
import {
  BREAK_GLASS_OPERATIONS,
  CONSENT_MODES,
  CUE_SOUNDS,
  KIOSK_TYPES,
  LayerSettings,
  LIVENESS_CHALLENGES,
  LIVENESS_MODES,
  PRODUCTION_SETTINGS,
  REVIEWS,
  RISK_QUARANTINES,
  RISK_RESPONSES,
  Settings,
  VEIL_MODES,
  WAYS_WITHOUT_FACE,
} from "../settings.js";

/** Settings within the schema's bounds, contradictory ones too. */
export const arbitrarySettings: fc.Arbitrary<Settings> = fc
  .record({
    "kiosk.type": fc.constantFrom(...KIOSK_TYPES),
    "consent.mode": fc.constantFrom(...CONSENT_MODES),
    "consent.phoneUnlockedMinutes": fc.integer({ min: 5, max: 720 }),
    "matching.falseMatchRate.bare": fc.constantFrom(1e-3, 1e-4, 1e-5),
    "matching.falseMatchRate.masked": fc.constantFrom(1e-2, 1e-3, 1e-4, 1e-5, "badge-and-pin"),
    "matching.falseMatchRate.maskedTarget": fc.constantFrom(1e-2, 1e-3, 1e-4, 1e-5),
    "matching.maskedCost": fc.constantFrom(0, 0.05, 0.5),
    "liveness.mode": fc.constantFrom(...LIVENESS_MODES),
    "liveness.challenge": fc.constantFrom(...LIVENESS_CHALLENGES),
    "camera.attested": fc.boolean(),
    "presence.nearMetres": fc.constantFrom(0.3, 1, 2, 3),
    "presence.leaveMetres": fc.constantFrom(0.8, 2, 3, 5),
    "presence.leaveSeconds": fc.nat(30),
    "presence.heartbeatSeconds": fc.integer({ min: 2, max: 10 }),
    "idle.lockSeconds": fc.integer({ min: 30, max: 3_600 }),
    "idle.stays": fc.nat(5),
    "veil.mode": fc.constantFrom(...VEIL_MODES),
    "veil.seconds": fc.nat(120),
    "veil.procedureMinutes": fc.nat(120),
    "lease.hours": fc.integer({ min: 1, max: 72 }),
    "quota.perKioskHour": fc.integer({ min: 1, max: 60 }),
    "quota.allHour": fc.integer({ min: 1, max: 240 }),
    "breakGlass.allowed": fc.boolean(),
    "breakGlass.minutes": fc.nat(120),
    "breakGlass.operations": fc.subarray([...BREAK_GLASS_OPERATIONS]),
    "breakGlass.review": fc.constantFrom(...REVIEWS),
    "breakGlass.reviewHours": fc.integer({ min: 1, max: 168 }),
    "ways.withoutFace": fc.subarray([...WAYS_WITHOUT_FACE]),
    "risk.raised": fc.constantFrom(...RISK_RESPONSES),
    "risk.high": fc.constantFrom(...RISK_RESPONSES),
    "risk.leaseHours": fc.integer({ min: 1, max: 72 }),
    "risk.quarantine": fc.constantFrom(...RISK_QUARANTINES),
    "nudge.quietHours": fc.constantFrom([], [{ from: "22:00", to: "06:00" }]),
    "cue.sound": fc.constantFrom(...CUE_SOUNDS),
    "cue.light": fc.boolean(),
  })
  .map((settings) => Settings.parse(settings));

/** A few settings, as a layer makes them. */
export const arbitraryLayer: fc.Arbitrary<LayerSettings> = fc
  .tuple(arbitrarySettings, fc.subarray(Object.keys(PRODUCTION_SETTINGS), { maxLength: 4 }))
  .map(([settings, names]) =>
    LayerSettings.parse(Object.fromEntries(Object.entries(settings).filter(([name]) => names.includes(name)))),
  );

const WARDS = ["ICU", "Ward 3B", "Lab"];
const TAGS = ["night", "procedure-room"];

export const arbitraryDevice: fc.Arbitrary<DeviceFacts> = fc.record({
  device: fc.constantFrom("bed-1", "bed-2", "analyser-1"),
  kind: fc.constantFrom("kiosk", "medical-device", "service"),
  ward: fc.constantFrom(...WARDS, "Ward new"),
  tags: fc.subarray(TAGS),
});

const arbitrarySelector: fc.Arbitrary<Selector> = fc.record(
  {
    kinds: fc.subarray<"kiosk" | "medical-device" | "service">(["kiosk", "medical-device", "service"], {
      minLength: 1,
    }),
    wards: fc.subarray(WARDS, { minLength: 1 }),
    tags: fc.subarray(TAGS, { minLength: 1 }),
  },
  { requiredKeys: [] },
);

const GROUPS = ["icu", "nights", "labs"];

/** Documents with overlapping groups, layers that repeat and shadow each other, and layers of unknown groups. */
export const arbitraryContent: fc.Arbitrary<PolicyContent> = fc.record({
  v: fc.constant(1 as const),
  site: fc.constant("st-mary"),
  note: fc.constant(""),
  base: arbitrarySettings,
  groups: fc
    .tuple(...GROUPS.map(() => fc.option(arbitrarySelector, { nil: undefined })))
    .map((selectors) =>
      Object.fromEntries(GROUPS.flatMap((name, index) => (selectors[index] ? [[name, selectors[index]]] : []))),
    ),
  layers: fc.array(fc.record({ group: fc.constantFrom(...GROUPS), settings: arbitraryLayer }), { maxLength: 4 }),
  devices: fc.array(fc.record({ device: fc.constantFrom("bed-1", "bed-2"), settings: arbitraryLayer }), {
    maxLength: 2,
  }),
});

export const contentOf = (bend: Partial<PolicyContent> = {}): PolicyContent => ({
  v: 1,
  site: "st-mary",
  note: "",
  base: PRODUCTION_SETTINGS,
  groups: {},
  layers: [],
  devices: [],
  ...bend,
});
