import { z } from "zod";
import { EnrolmentRequest } from "./site-api.js";

/** What a kiosk and the fleet say to each other about people, beside the enrolment of site-api.ts. */

const StaffId = z.string().regex(/^[a-z0-9-]{1,63}$/);
const OperatorCode = z.string().min(4).max(32);
export const Pin = z.string().regex(/^\d{6,12}$/);
/** A personal one-time code as somebody typed it. */
export const TypedCode = z.string().min(8).max(64);

/**
 * `POST /v1/enrolments`. `operatorCode` is the first operator's, or a personal one (`12-k7fq-…`). Without `staffId` a new
 * person is made; with one, `purpose` says why somebody who has a credential gets another. `way` is `phone-pin` for who
 * does not consent to biometrics: no template, the answer's `templateKey` is empty, and the template digest of the
 * credential request is SHA-256 of nothing.
 */
export const EnrolmentBegin = EnrolmentRequest.extend({
  purpose: z.enum(["first", "renewal", "replacement"]).optional(),
  secondOperatorCode: OperatorCode.optional(),
  /** The version of the consent text that the person agreed to. */
  consent: z
    .string()
    .regex(/^[a-z0-9.-]{1,40}$/)
    .optional(),
  way: z.enum(["face", "phone-pin"]).optional(),
});
export type EnrolmentBegin = z.infer<typeof EnrolmentBegin>;

/** A badge as its reader reads it: what technology answered, and its identifier in hexadecimal. */
export const BadgeRead = z.strictObject({
  kind: z.enum(["uid-only", "seos", "desfire", "piv", "fido"]),
  uid: z.string().regex(/^(?:[0-9a-f]{2}){4,32}$/),
});
export type BadgeRead = z.infer<typeof BadgeRead>;

/** `POST /v1/kiosk/identify`: who is it, without a face. One refusal for everything that is wrong. */
export const IdentifyRequest = z.discriminatedUnion("way", [
  z.strictObject({ way: z.literal("badge"), badge: BadgeRead, pin: Pin }),
  /** A personal one-time code, as it was typed. */
  z.strictObject({ way: z.literal("code"), code: TypedCode }),
  /** The kiosk has the proof of the phone's key for this credential; the PIN is the second factor. */
  z.strictObject({ way: z.literal("phone"), staffId: StaffId, epoch: z.number().int().positive(), pin: Pin }),
]);
export type IdentifyRequest = z.infer<typeof IdentifyRequest>;

export const Identified = z.strictObject({
  staffId: StaffId,
  displayName: z.string().max(80),
  role: z.string().max(40),
  way: z.enum(["badge", "code", "phone"]),
  /** Known by a badge that anybody can copy. */
  weak: z.boolean(),
});
export type Identified = z.infer<typeof Identified>;

/** `POST /v1/kiosk/lost-phone`: by any operator, or by the person with badge or id and PIN. */
export const LostPhoneRequest = z.union([
  z.strictObject({ staffId: StaffId, operatorCode: OperatorCode }),
  z.strictObject({ staffId: StaffId, pin: Pin }),
]);
export type LostPhoneRequest = z.infer<typeof LostPhoneRequest>;

/** `POST /v1/kiosk/candidates`: whom the operator may mean; they choose instead of typing a name anew. */
export const CandidatesRequest = z.strictObject({
  operatorCode: OperatorCode,
  search: z.string().trim().min(2).max(80),
});
export type CandidatesRequest = z.infer<typeof CandidatesRequest>;

export const Candidates = z.strictObject({
  people: z
    .array(
      z.strictObject({
        staffId: StaffId,
        givenName: z.string().max(40),
        familyName: z.string().max(40),
        role: z.string().max(40),
        wards: z.array(z.string().max(80)).max(40),
        /** 0: no credential yet. */
        epoch: z.number().int().nonnegative(),
      }),
    )
    .max(10),
});
export type Candidates = z.infer<typeof Candidates>;

const Supervised = { staffId: StaffId, operatorCode: OperatorCode, secondOperatorCode: OperatorCode.optional() };

/** `POST /v1/kiosk/ways`: an operator gives the person standing there a way in without a face. */
export const WayRequest = z.discriminatedUnion("give", [
  z.strictObject({ give: z.literal("badge"), ...Supervised, badge: BadgeRead, pin: Pin }),
  z.strictObject({ give: z.literal("pin"), ...Supervised, pin: Pin }),
  z.strictObject({ give: z.literal("code"), ...Supervised }),
]);
export type WayRequest = z.infer<typeof WayRequest>;

/** `code` is shown once, to the person; `null` for the other ways. */
export const WayGiven = z.strictObject({
  staffId: StaffId,
  code: z.string().max(64).nullable(),
  expiresAt: z.number().nullable(),
  weak: z.boolean(),
});
export type WayGiven = z.infer<typeof WayGiven>;
