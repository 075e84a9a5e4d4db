import { z } from "zod";
import { CONSENT_MODES } from "../consent.js";

/** A hands-free, B a tap on a notification, C the phone's own biometric at every release (tap-protocol: Consent). */
export const ConsentMode = z.enum(CONSENT_MODES);
export type ConsentMode = z.infer<typeof ConsentMode>;

/** One request that reached this phone, answered or refused. Never a similarity, never a template. */
export const ReleaseRecord = z.strictObject({
  id: z.string().max(64),
  at: z.number(),
  /** The reader's name from its certificate; `null` when it proved nothing: "an unknown reader". */
  kiosk: z.string().max(80).nullable(),
  ward: z.string().max(80).nullable(),
  purpose: z.enum(["unlock", "enrol"]),
  outcome: z.enum(["released", "unlocked", "not-matched", "refused", "broken-off", "enrolled"]),
  /** Stable code of a refusal, `null` otherwise. */
  code: z.string().max(64).nullable(),
  /** A receipt signed by the kiosk was kept and verifies. */
  receipt: z.boolean(),
});
export type ReleaseRecord = z.infer<typeof ReleaseRecord>;

/** Everything that the phone's page shows, sent whole at each change. */
export const PhoneView = z.strictObject({
  v: z.literal(1),
  now: z.number(),
  credential: z
    .strictObject({
      name: z.string().max(80),
      site: z.string().max(80),
      staffId: z.string().max(63),
      issuedAt: z.number(),
      expiresAt: z.number(),
      templateMadeAt: z.number(),
      templateKiosk: z.string().max(80),
    })
    .nullable(),
  /** Is this phone visible, and whom does it serve now. */
  visibility: z.strictObject({ advertising: z.boolean(), servedKiosk: z.string().max(80).nullable() }),
  consentMode: ConsentMode,
  /** Hands-free needs the phone unlocked within 4 h and moved within 60 s. */
  handsFree: z.strictObject({ unlockedAt: z.number().nullable(), movedAt: z.number().nullable() }),
  /** A request that waits for its owner (modes B and C); `null` when none. */
  prompt: z
    .strictObject({
      id: z.string().max(64),
      kind: z.enum(["notification", "biometric"]),
      kiosk: z.string().max(80),
      until: z.number(),
    })
    .nullable(),
  enrolment: z
    .discriminatedUnion("step", [
      z.strictObject({ step: z.literal("waiting"), until: z.number() }),
      z.strictObject({ step: z.literal("compare-code"), code: z.string().regex(/^\d{6}$/) }),
      z.strictObject({ step: z.literal("done") }),
      z.strictObject({ step: z.literal("failed"), code: z.string().max(64) }),
    ])
    .nullable(),
  /** Newest first, at most 100. */
  history: z.array(ReleaseRecord).max(100),
  /** The simulated room of the demo; `null` on a real radio. */
  room: z.strictObject({ distance: z.number(), pocket: z.boolean(), kiosk: z.string().max(80) }).nullable(),
});
export type PhoneView = z.infer<typeof PhoneView>;

export const ToPhonePage = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("view"), view: PhoneView }),
  z.strictObject({ type: z.literal("refused"), command: z.string().max(40), code: z.string().max(64) }),
]);
export type ToPhonePage = z.infer<typeof ToPhonePage>;

/** From the phone's page to the wallet, JSON text. The first message must be `hello` with the per-start token. */
export const FromPhonePage = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("hello"), token: z.string().max(128) }),
  /** The text of the kiosk's QR code, scanned or typed. */
  z.strictObject({ type: z.literal("enrol"), qr: z.string().max(512) }),
  z.strictObject({ type: z.literal("enrol-cancel") }),
  z.strictObject({ type: z.literal("set-consent"), mode: ConsentMode }),
  z.strictObject({ type: z.literal("answer"), id: z.string().max(64), granted: z.boolean() }),
  z.strictObject({ type: z.literal("delete-template") }),
  /** The demo's stand-in for the owner unlocking the phone. */
  z.strictObject({ type: z.literal("unlock-phone") }),
  z.strictObject({ type: z.literal("move"), distance: z.number().min(0.2).max(20) }),
  z.strictObject({ type: z.literal("pocket"), on: z.boolean() }),
]);
export type FromPhonePage = z.infer<typeof FromPhonePage>;

/** Path of the wallet's WebSocket. */
export const PHONE_SOCKET_PATH = "/phone";
