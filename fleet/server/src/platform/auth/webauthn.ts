import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { z } from "zod";
import { digestOf } from "./ports.js";

const Base64Url = z.string().regex(/^[A-Za-z0-9_-]*$/);
const Transports = z.array(z.string().max(20)).max(8);

/** WebAuthn 3 §5.1: what a browser gives back, of which only these members are read. */
export const Attestation = z.object({
  id: Base64Url.min(16).max(1_364),
  rawId: Base64Url.max(1_364),
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: Base64Url.max(4_096),
    attestationObject: Base64Url.max(16_384),
    transports: Transports.optional(),
  }),
});
export type Attestation = z.infer<typeof Attestation>;

export const Assertion = z.object({
  id: Base64Url.min(16).max(1_364),
  rawId: Base64Url.max(1_364),
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: Base64Url.max(4_096),
    authenticatorData: Base64Url.max(4_096),
    signature: Base64Url.max(2_048),
    userHandle: Base64Url.max(128).nullish(),
  }),
});
export type Assertion = z.infer<typeof Assertion>;

/** The relying party: its name for browsers and the origins of its pages. */
export interface RelyingParty {
  readonly id: string;
  readonly name: string;
  origins(): readonly string[];
}

export interface KnownPasskey {
  readonly id: string;
  /** COSE, base64url. */
  readonly publicKey: string;
  readonly counter: number;
}

const ES256 = -7;
const EDDSA = -8;
const RS256 = -257;
const CEREMONY_MS = 300_000;

/** What the browser needs to make a passkey for somebody. */
export function creationOptions(
  party: RelyingParty,
  about: { handle: string; login: string; name: string; challenge: string; known: readonly { id: string }[] },
): Promise<Record<string, unknown>> {
  return generateRegistrationOptions({
    rpID: party.id,
    rpName: party.name,
    userID: Uint8Array.from(Buffer.from(about.handle, "base64url")),
    userName: about.login,
    userDisplayName: about.name,
    challenge: Uint8Array.from(Buffer.from(about.challenge, "base64url")),
    timeout: CEREMONY_MS,
    attestationType: "none",
    excludeCredentials: about.known.map(({ id }) => ({ id })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    supportedAlgorithmIDs: [ES256, EDDSA, RS256],
  }).then((options) => ({ ...options }));
}

/** What the browser needs to ask for a passkey: any of this site's, or one of `allow`. */
export function requestOptions(
  party: RelyingParty,
  about: { challenge: string; allow?: readonly { id: string }[] },
): Promise<Record<string, unknown>> {
  return generateAuthenticationOptions({
    rpID: party.id,
    challenge: Uint8Array.from(Buffer.from(about.challenge, "base64url")),
    timeout: CEREMONY_MS,
    userVerification: "required",
    ...(about.allow === undefined ? {} : { allowCredentials: about.allow.map(({ id }) => ({ id })) }),
  }).then((options) => ({ ...options }));
}

export interface NewPasskey {
  readonly id: string;
  readonly keyDigest: string;
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly synced: boolean;
}

/** Reads a new passkey; `null` when its proof, origin, relying party or user verification is not as it must be. */
export async function readAttestation(
  party: RelyingParty,
  response: Attestation,
  challenge: string,
): Promise<NewPasskey | null> {
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...response, clientExtensionResults: {} } as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: [...party.origins()],
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: [ES256, EDDSA, RS256],
    });
    if (!verified || registrationInfo === undefined) return null;
    const { credential, credentialBackedUp } = registrationInfo;
    return {
      id: credential.id,
      keyDigest: digestOf(credential.publicKey),
      publicKey: Buffer.from(credential.publicKey).toString("base64url"),
      counter: credential.counter,
      transports: (response.response.transports ?? []).slice(0, 8),
      synced: credentialBackedUp,
    };
  } catch {
    // The library throws for every mismatch; none of them is worth telling apart to a caller.
    return null;
  }
}

/** The passkey's new counter when the assertion is right in every respect, else `null`. */
export async function readAssertion(
  party: RelyingParty,
  response: Assertion,
  expected: { challenge: string; passkey: KnownPasskey },
): Promise<number | null> {
  const { passkey, challenge } = expected;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...response, clientExtensionResults: {} } as unknown as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: [...party.origins()],
      expectedRPID: party.id,
      requireUserVerification: true,
      credential: {
        id: passkey.id,
        publicKey: Uint8Array.from(Buffer.from(passkey.publicKey, "base64url")),
        counter: passkey.counter,
      },
    });
    return verified ? authenticationInfo.newCounter : null;
  } catch {
    return null;
  }
}

/** The challenge that an assertion or attestation answers, read without believing anything else of it. */
export function challengeOf(clientDataJSON: string): string | null {
  try {
    const read: unknown = JSON.parse(Buffer.from(clientDataJSON, "base64url").toString("utf8"));
    const parsed = z.object({ challenge: Base64Url.length(43) }).safeParse(read);
    return parsed.success ? parsed.data.challenge : null;
  } catch {
    return null;
  }
}
