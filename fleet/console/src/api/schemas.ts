import { z } from "zod";

/** What this page reads of the site's answers: docs/api/openapi.json. */

const At = z.number();
export const ROLES = ["viewer", "operator", "security-officer", "administrator"] as const;
const Role = z.enum(ROLES);
export const Person = z.object({ id: z.string(), name: z.string(), role: Role });
export type Person = z.infer<typeof Person>;

export const SessionState = z.object({
  siteName: z.string(),
  setUpNeeded: z.boolean(),
  relyingParty: z.string(),
  signedIn: z
    .object({
      administrator: Person,
      via: z.enum(["session", "token", "page"]),
      means: z.enum(["passkey", "password"]).nullable(),
      endsAt: At.nullable(),
      passkeys: z.number(),
    })
    .nullable(),
});
export type SessionState = z.infer<typeof SessionState>;
export type SignedIn = NonNullable<SessionState["signedIn"]>;

export const Welcomed = z.object({ administrator: Person });
export const CeremonyOptions = z.record(z.string(), z.unknown());
export const Nothing = z.null();

export const InvitationOpened = z.object({
  kind: z.enum(["set-up", "invitation", "recovery"]),
  login: z.string().nullable(),
  name: z.string().nullable(),
  role: Role,
  expiresAt: At,
  password: z.boolean(),
});
export type InvitationOpened = z.infer<typeof InvitationOpened>;
export const Totp = z.object({ secret: z.string(), uri: z.string() });

export const Session = z.object({
  id: z.string(),
  current: z.boolean(),
  means: z.enum(["passkey", "password"]),
  browser: z.string(),
  createdAt: At,
  usedAt: At,
  endsAt: At,
});
export type Session = z.infer<typeof Session>;

export const Passkey = z.object({
  id: z.string(),
  name: z.string(),
  synced: z.boolean(),
  addedAt: At,
  usedAt: At.nullable(),
});
export type Passkey = z.infer<typeof Passkey>;

export const Approval = z.object({
  id: z.string(),
  kind: z.string(),
  args: z.unknown(),
  summary: z.string(),
  digest: z.string(),
  proposer: z.string(),
  needs: z.number(),
  state: z.enum(["proposed", "approved", "executed", "failed", "rejected", "expired"]),
  votes: z.array(z.object({ administrator: z.string(), at: At })),
  proposedAt: At,
  expiresAt: At,
  decidedAt: At.nullable(),
  decidedBy: z.string().nullable(),
  code: z.string().nullable(),
});
export type Approval = z.infer<typeof Approval>;

export const Proposed = z.object({ id: z.string(), needs: z.number() });

export const Administrator = Person.extend({ disabledAt: At.nullable() });
export type Administrator = z.infer<typeof Administrator>;

export const Invitation = z.object({
  id: z.string(),
  kind: z.enum(["set-up", "invitation", "recovery"]),
  login: z.string().nullable(),
  name: z.string().nullable(),
  role: Role,
  by: z.string(),
  expiresAt: At,
});
export type Invitation = z.infer<typeof Invitation>;
export const InvitationLink = z.object({ secret: z.string(), expiresAt: At });
export const Invited = z.object({ invitation: z.string() }).or(Proposed);

export const Token = z.object({
  id: z.string(),
  name: z.string(),
  role: Role,
  createdAt: At,
  expiresAt: At,
  usedAt: At.nullable(),
});
export type Token = z.infer<typeof Token>;
export const MadeToken = Token.extend({ token: z.string() });
