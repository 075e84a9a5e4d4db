import { z } from "zod";
import { ROLES } from "../http/access.js";
import { Login, PersonName } from "./administrator-kinds.js";

/** What the console and the `wardkey` command read and write here. The page keeps its own copy of what it needs. */

const At = z.number().int().nonnegative();
export const Digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** 256 random bits. */
export const Secret = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** Options of a WebAuthn ceremony, for the browser (WebAuthn 3 §5.4.1, §5.5.1 as JSON). */
export const CeremonyOptions = z.record(z.string(), z.unknown());

export const AdministratorView = z.strictObject({ id: z.string(), name: z.string(), role: z.enum(ROLES) });

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

export const PasskeyListed = z.strictObject({
  id: Digest,
  name: z.string(),
  synced: z.boolean(),
  addedAt: At,
  usedAt: At.nullable(),
});

export const TokenListed = z.strictObject({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  createdAt: At,
  expiresAt: At,
  usedAt: At.nullable(),
});

export const AdministratorListed = z.strictObject({
  ...AdministratorView.shape,
  roleSince: At,
  createdAt: At,
  disabledAt: At.nullable(),
});

export const InvitationOpened = z.strictObject({
  kind: z.enum(["set-up", "invitation", "recovery"]),
  login: z.string().nullable(),
  name: z.string().nullable(),
  role: z.enum(ROLES),
  expiresAt: At,
  /** The password way is open too. */
  password: z.boolean(),
});

export const InvitationListed = z.strictObject({
  id: z.string(),
  kind: z.enum(["set-up", "invitation", "recovery"]),
  login: z.string().nullable(),
  name: z.string().nullable(),
  role: z.enum(ROLES),
  by: z.string(),
  expiresAt: At,
});

/** `secret` goes into the fragment of the console's address: `#invitation=…`. */
export const InvitationLink = z.strictObject({ secret: Secret, expiresAt: At });

export const Introduced = z.strictObject({ secret: Secret, login: Login, name: PersonName });

export const ApprovalListed = z.strictObject({
  id: z.string(),
  kind: z.string(),
  args: z.unknown(),
  summary: z.string(),
  digest: Digest,
  proposer: z.string(),
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

export const Proposed = z.strictObject({
  id: z.string(),
  digest: Digest,
  needs: z.union([z.literal(1), z.literal(2)]),
  expiresAt: At,
});
