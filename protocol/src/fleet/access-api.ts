import { z } from "zod";

/** What the fleet server says about administrators, their sessions and their approvals: to the console and to `wardkey`. */

/** From the least to the most: each may do what those before it may. */
export const ROLES = ["viewer", "operator", "security-officer", "administrator"] as const;
export type Role = (typeof ROLES)[number];

const Role = z.enum(ROLES);
const At = z.number().int().nonnegative();
/** 32 bytes in base64url: a SHA-256 digest, or 256 random bits. */
export const Bytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** Options of a WebAuthn ceremony, for the browser (WebAuthn 3 §5.4.1, §5.5.1 as JSON). */
export const CeremonyOptions = z.record(z.string(), z.unknown());

export const AdministratorView = z.strictObject({ id: z.string(), name: z.string(), role: Role });
export type AdministratorView = z.infer<typeof AdministratorView>;

export const SessionState = z.strictObject({
  siteName: z.string(),
  /** Nobody is registered yet: the set-up link is the only way in. */
  setUpNeeded: z.boolean(),
  /** Where passkeys work: `localhost`, or the console's own name. */
  relyingParty: z.string(),
  signedIn: z
    .strictObject({
      administrator: AdministratorView,
      via: z.enum(["session", "token", "page"]),
      means: z.enum(["passkey", "password"]).nullable(),
      endsAt: At.nullable(),
      passkeys: z.number().int(),
    })
    .nullable(),
});
export type SessionState = z.infer<typeof SessionState>;

export const SignedInView = z.strictObject({ administrator: AdministratorView });

export const SessionListed = z.strictObject({
  id: z.string(),
  current: z.boolean(),
  means: z.enum(["passkey", "password"]),
  browser: z.string(),
  createdAt: At,
  usedAt: At,
  endsAt: At,
});
export type SessionListed = z.infer<typeof SessionListed>;

export const PasskeyListed = z.strictObject({
  id: Bytes32,
  name: z.string(),
  synced: z.boolean(),
  addedAt: At,
  usedAt: At.nullable(),
});
export type PasskeyListed = z.infer<typeof PasskeyListed>;

export const TokenListed = z.strictObject({
  id: z.string(),
  name: z.string(),
  role: Role,
  createdAt: At,
  expiresAt: At,
  usedAt: At.nullable(),
});
export type TokenListed = z.infer<typeof TokenListed>;

/** With the token itself, which is shown this once. */
export const TokenMade = z.strictObject({ ...TokenListed.shape, token: z.string() });

export const AdministratorListed = z.strictObject({
  ...AdministratorView.shape,
  roleSince: At,
  createdAt: At,
  disabledAt: At.nullable(),
});
export type AdministratorListed = z.infer<typeof AdministratorListed>;

export const InvitationOpened = z.strictObject({
  kind: z.enum(["set-up", "invitation", "recovery"]),
  login: z.string().nullable(),
  name: z.string().nullable(),
  role: Role,
  expiresAt: At,
  /** The password way is open too. */
  password: z.boolean(),
});
export type InvitationOpened = z.infer<typeof InvitationOpened>;

export const InvitationListed = z.strictObject({
  id: z.string(),
  kind: z.enum(["set-up", "invitation", "recovery"]),
  login: z.string().nullable(),
  name: z.string().nullable(),
  role: Role,
  by: z.string(),
  expiresAt: At,
});
export type InvitationListed = z.infer<typeof InvitationListed>;

/** A shared secret for one-time passwords (RFC 6238), in base32 and as an `otpauth:` address. */
export const TotpOffered = z.strictObject({ secret: z.string().regex(/^[A-Z2-7]{32}$/), uri: z.string() });

/** `secret` goes into the fragment of the console's address: `#invitation=…`. */
export const InvitationLink = z.strictObject({ secret: Bytes32, expiresAt: At });

export const ApprovalListed = z.strictObject({
  id: z.string(),
  kind: z.string(),
  args: z.unknown(),
  summary: z.string(),
  digest: Bytes32,
  proposer: z.string(),
  /** Who decides it has at least this one. */
  role: Role,
  needs: z.number().int(),
  state: z.enum(["proposed", "approved", "executed", "failed", "rejected", "expired"]),
  votes: z.array(z.strictObject({ administrator: z.string(), at: At })).readonly(),
  proposedAt: At,
  expiresAt: At,
  decidedAt: At.nullable(),
  decidedBy: z.string().nullable(),
  code: z.string().nullable(),
  result: z.unknown(),
});
export type ApprovalListed = z.infer<typeof ApprovalListed>;

export const ProposalView = z.strictObject({
  id: z.string(),
  digest: Bytes32,
  needs: z.union([z.literal(1), z.literal(2)]),
  expiresAt: At,
});
