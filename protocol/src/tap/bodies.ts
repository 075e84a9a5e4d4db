import { z } from "zod";
import { CONSENT_MODES, type ConsentMode } from "../consent.js";
import { boundedBytes, decodeStrict, encodeStrict, exactBytes, unsigned } from "../credential/cbor.js";
import { MAX_CERTIFICATE_BYTES } from "../credential/certificate.js";
import { type CertificateChain, WireChain, wireChain } from "../credential/chain.js";
import { fromSeconds, Id, Seconds, toSeconds } from "../credential/fields.js";
import { SIGNATURE_BYTES, SPKI_BYTES } from "../credential/p256.js";
import { MAX_TEMPLATE_BYTES } from "../credential/template.js";
import type { Instant } from "../units.js";
import { MAX_MESSAGE_BYTES } from "./frames.js";

/** The largest signed object: a notice of the most denied kiosks with the longest ids, and the longest chain. */
const MAX_SIGNED_BYTES = 5_120;
/** As many as a phone tells at once, the newest. */
const MAX_REFUSALS = 8;
const Signed = boundedBytes(MAX_SIGNED_BYTES);
const Nonce = exactBytes(32);

export type Purpose = "unlock" | "enrol";
/** What M2 asks for. To `prove`, a phone shows its key and its owner's consent and keeps its template: it unlocks with a PIN. */
export type Request = Purpose | "prove";
const RequestField = z.enum(["unlock", "enrol", "prove"]);
/** What a tap that asks for this is for. */
export const purposeOf = (request: Request): Purpose => (request === "prove" ? "unlock" : request);

/** A signed body: the fields, then a signature that covers them with the transcript. */
export interface Body<T> {
  readonly fields: T;
  /** The encoded fields: what the signature covers. */
  readonly covered: Uint8Array;
  readonly signature: Uint8Array;
}
const SignedBody = z.tuple([boundedBytes(MAX_MESSAGE_BYTES), exactBytes(SIGNATURE_BYTES)]);

export const encodeBody = (covered: Uint8Array, signature: Uint8Array): Uint8Array =>
  encodeStrict([covered, signature]);
function decodeBody<T>(clear: Uint8Array, read: (covered: Uint8Array) => T | undefined): Body<T> | undefined {
  const wire = SignedBody.safeParse(decodeStrict(clear));
  if (!wire.success) return undefined;
  const [covered, signature] = wire.data;
  const fields = read(covered);
  return fields === undefined ? undefined : { fields, covered, signature };
}

/** What no reader would accept is not sent. */
function encodeChecked(schema: z.ZodType, value: readonly unknown[]): Uint8Array {
  schema.parse(value);
  return encodeStrict(value);
}

export type { ConsentMode as Consent } from "../consent.js";

/** Inside M2: who the kiosk is and what it asks for. `root` comes only with an enrolment, whose offer has its digest. */
const introduction = [
  WireChain,
  Signed,
  RequestField,
  unsigned,
  boundedBytes(MAX_CERTIFICATE_BYTES).nullable(),
] as const;
/** What leaves the owner's own mode as it is has no last field: one meaning has one spelling. */
const Introduction = z.union([z.tuple(introduction), z.tuple([...introduction, z.enum(["B", "C"])])]);
export interface Introduction {
  readonly chain: CertificateChain;
  readonly status: Uint8Array;
  readonly purpose: Request;
  readonly policyVersion: number;
  readonly root: Uint8Array | null;
  /** The least consent that this kiosk takes now; a phone may ask its owner for more, never for less than they chose. */
  readonly leastConsent: ConsentMode;
}
export const encodeIntroduction = (of: Introduction): Uint8Array =>
  encodeChecked(Introduction, [
    ...[wireChain(of.chain), of.status, of.purpose, of.policyVersion, of.root],
    ...(of.leastConsent === "A" ? [] : [of.leastConsent]),
  ]);
export const decodeIntroduction = (clear: Uint8Array): Body<Introduction> | undefined =>
  decodeBody(clear, (covered) => {
    const wire = Introduction.safeParse(decodeStrict(covered)).data;
    if (wire === undefined) return undefined;
    const [chain, status, purpose, policyVersion, root, leastConsent = "A"] = wire;
    return { chain, status, purpose, policyVersion, root, leastConsent };
  });

/** What this phone refused before, for the next honest kiosk to raise. */
export interface Refusal {
  /** `null` when the reader proved nothing. */
  readonly kiosk: string | null;
  readonly code: string;
  readonly at: Instant;
}
const RefusalField = z.tuple([Id.nullable(), z.string().regex(/^[a-z0-9-]{1,40}$/), Seconds]);
/** Inside M3 of an unlock: who the phone's owner is, and the template. */
const Release = z.tuple([
  z.literal("unlock"),
  Nonce,
  Signed,
  boundedBytes(MAX_TEMPLATE_BYTES),
  z.enum(CONSENT_MODES),
  z.array(RefusalField).max(MAX_REFUSALS),
]);
export interface Release {
  readonly nonce: Uint8Array;
  readonly credential: Uint8Array;
  readonly template: Uint8Array;
  readonly consent: ConsentMode;
  readonly refusals: readonly Refusal[];
}
/** The newest eight refusals travel. */
const wireRefusals = (refusals: readonly Refusal[]) =>
  [...refusals]
    .sort((a, b) => b.at - a.at)
    .slice(0, MAX_REFUSALS)
    .map((refusal) => [refusal.kiosk, refusal.code, toSeconds(refusal.at)]);
const readRefusals = (wire: readonly z.infer<typeof RefusalField>[]): readonly Refusal[] =>
  wire.map(([kiosk, code, at]) => ({ kiosk, code, at: fromSeconds(at) }));
export const encodeRelease = (of: Release): Uint8Array => {
  const refusals = wireRefusals(of.refusals);
  return encodeStrict(Release.parse(["unlock", of.nonce, of.credential, of.template, of.consent, refusals]));
};
export const decodeRelease = (clear: Uint8Array): Body<Release> | undefined =>
  decodeBody(clear, (covered) => {
    const wire = Release.safeParse(decodeStrict(covered)).data;
    if (wire === undefined) return undefined;
    const [, nonce, credential, template, consent, refused] = wire;
    return { nonce, credential, template, consent, refusals: readRefusals(refused) };
  });

/** Inside M3 of a proof: who the phone's owner is, and that they agree. */
const Proof = z.tuple([
  z.literal("prove"),
  Nonce,
  Signed,
  z.enum(CONSENT_MODES),
  z.array(RefusalField).max(MAX_REFUSALS),
]);
export type Proof = Omit<Release, "template">;
export const encodeProof = (of: Proof): Uint8Array =>
  encodeStrict(Proof.parse(["prove", of.nonce, of.credential, of.consent, wireRefusals(of.refusals)]));
export const decodeProof = (clear: Uint8Array): Body<Proof> | undefined =>
  decodeBody(clear, (covered) => {
    const wire = Proof.safeParse(decodeStrict(covered)).data;
    if (wire === undefined) return undefined;
    const [, nonce, credential, consent, refused] = wire;
    return { nonce, credential, consent, refusals: readRefusals(refused) };
  });

/** Inside M3 of an enrolment: the new key, which also signs, and proof of the offer's token. */
const Application = z.tuple([z.literal("enrol"), Nonce, exactBytes(SPKI_BYTES), exactBytes(32)]);
export interface Application {
  readonly nonce: Uint8Array;
  readonly holderKey: Uint8Array;
  readonly tokenProof: Uint8Array;
}
export const encodeApplication = (of: Application): Uint8Array =>
  encodeStrict(Application.parse(["enrol", of.nonce, of.holderKey, of.tokenProof]));
export const decodeApplication = (clear: Uint8Array): Body<Application> | undefined =>
  decodeBody(clear, (covered) => {
    const wire = Application.safeParse(decodeStrict(covered)).data;
    if (wire === undefined) return undefined;
    const [, nonce, holderKey, proof] = wire;
    return { nonce, holderKey, tokenProof: proof };
  });

/** Inside M4: the receipt, news, and at the end of an enrolment what was issued; without a face there is no template. */
const Issued = z.tuple([Signed, boundedBytes(MAX_TEMPLATE_BYTES).nullable(), exactBytes(32)]);
const Conclusion = z.tuple([Signed, Signed.nullable(), Issued.nullable()]);
export interface Conclusion {
  readonly receipt: Uint8Array;
  readonly denyNotice: Uint8Array | null;
  readonly issued: {
    readonly credential: Uint8Array;
    readonly template: Uint8Array | null;
    readonly eidKey: Uint8Array;
  } | null;
}
export const encodeConclusion = (of: Conclusion): Uint8Array => {
  const issued = of.issued === null ? null : [of.issued.credential, of.issued.template, of.issued.eidKey];
  return encodeStrict(Conclusion.parse([of.receipt, of.denyNotice, issued]));
};
export function decodeConclusion(clear: Uint8Array): Conclusion | undefined {
  const wire = Conclusion.safeParse(decodeStrict(clear)).data;
  if (wire === undefined) return undefined;
  const [receipt, denyNotice, fields] = wire;
  if (fields === null) return { receipt, denyNotice, issued: null };
  const [credential, template, eidKey] = fields;
  return { receipt, denyNotice, issued: { credential, template, eidKey } };
}
