import { join } from "node:path";
import { registerAdministratorKinds } from "./administrator-kinds.js";
import { type Administrators, createAdministrators } from "./administrators.js";
import { type Approvals, createApprovals } from "./approvals.js";
import { createBackOff } from "./back-off.js";
import { type Ceremonies, createCeremonies } from "./ceremonies.js";
import { createInvitations, type Invitations } from "./invitations.js";
import { createPasskeys, type Passkeys } from "./passkeys.js";
import type { AuthWorld } from "./ports.js";
import { createRegistration, type Registration } from "./registration.js";
import { openSecretSealing } from "./sealing.js";
import { createSessions, type Sessions } from "./sessions.js";
import { createSignIn, type SignIn } from "./sign-in.js";
import { type ApiTokens, createApiTokens } from "./tokens.js";
import type { RelyingParty } from "./webauthn.js";

const SECRET_KEY_FILE = "administrators.key";

export interface Auth {
  readonly world: AuthWorld;
  readonly party: RelyingParty;
  readonly signIn: SignIn;
  readonly registration: Registration;
  readonly administrators: Administrators;
  readonly invitations: Invitations;
  readonly passkeys: Passkeys;
  readonly ceremonies: Ceremonies;
  readonly sessions: Sessions;
  readonly tokens: ApiTokens;
  readonly approvals: Approvals;
}

/** Administrators and what two of them decide. `dataDir` is closed to everybody else. */
export async function openAuth(world: AuthWorld, at: { dataDir: string; party: RelyingParty }): Promise<Auth> {
  const { party, dataDir } = at;
  const sealing = await openSecretSealing(join(dataDir, SECRET_KEY_FILE), (size) => world.randomBytes(size));
  const administrators = createAdministrators(world);
  const invitations = createInvitations(world, { dataDir, administrators });
  const passkeys = createPasskeys(world, party);
  const ceremonies = createCeremonies(world);
  const sessions = createSessions(world);
  const tokens = createApiTokens(world);
  const approvals = createApprovals({ world, party, passkeys, administrators });
  registerAdministratorKinds({ world, approvals, administrators, invitations, sessions });
  const shared = { world, party, administrators, invitations, passkeys, ceremonies, sessions, tokens, sealing };
  return {
    ...{ world, party, administrators, invitations, passkeys, ceremonies, sessions, tokens, approvals },
    registration: createRegistration(shared),
    signIn: createSignIn({ ...shared, backOff: createBackOff(world) }),
  };
}
