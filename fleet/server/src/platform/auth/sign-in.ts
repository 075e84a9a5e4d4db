import { type Administrator, type Caller, hasRole } from "../http/access.js";
import { Refusal } from "../http/problem.js";
import type { Administrators } from "./administrators.js";
import type { BackOff, Subject } from "./back-off.js";
import type { Ceremonies } from "./ceremonies.js";
import type { Passkeys } from "./passkeys.js";
import { hashPassword, isPassword } from "./passwords.js";
import type { AuthWorld } from "./ports.js";
import type { SecretSealing } from "./sealing.js";
import type { Means, Sessions, SessionView } from "./sessions.js";
import type { ApiTokens } from "./tokens.js";
import { totpStep } from "./totp.js";
import { type Assertion, challengeOf, type RelyingParty, requestOptions } from "./webauthn.js";

/** Where a sign-in comes from. */
export interface Visit {
  readonly address: string;
  readonly browser: string;
}
export type SignedIn = { readonly administrator: Administrator; readonly secret: string };

export interface SignIn {
  passkeyOptions(): Promise<Record<string, unknown>>;
  /** Refuses with `passkey-refused`. */
  withPasskey(assertion: Assertion, visit: Visit): Promise<SignedIn>;
  /** Refuses with `sign-in-refused`, whichever of the three is wrong, or with `sign-in-locked`. */
  withPassword(given: { login: string; password: string; code: string }, visit: Visit): Promise<SignedIn>;
  /** A session for who has just registered. */
  begin(administrator: Administrator, means: Means, visit: Visit): Promise<SignedIn>;
  /** Whose a session's or a token's secret is, as of this request. */
  identify(proof: { session: string | null; token: string | null }): Promise<Identified | null>;
}
export type Identified = Caller & { readonly session: SessionView | null };

export interface SignInParts {
  readonly world: AuthWorld;
  readonly party: RelyingParty;
  readonly administrators: Administrators;
  readonly passkeys: Passkeys;
  readonly ceremonies: Ceremonies;
  readonly sessions: Sessions;
  readonly tokens: ApiTokens;
  readonly sealing: SecretSealing;
  readonly backOff: BackOff;
}

export function createSignIn(parts: SignInParts): SignIn {
  const { world, party, administrators, passkeys, ceremonies, sessions, tokens, sealing, backOff } = parts;
  let decoy: Promise<string> | null = null;

  async function begin(administrator: Administrator, means: Means, visit: Visit): Promise<SignedIn> {
    await world.record("admin.signed-in", { admin: administrator.id, with: means });
    const { secret } = await sessions.begin(administrator.id, { means, browser: visit.browser });
    return { administrator: { id: administrator.id, name: administrator.name, role: administrator.role }, secret };
  }

  /** Counts it, tells the audit, and refuses. */
  async function refuse(refused: { admin: string | null; with: Means; code: string }, who: readonly Subject[]) {
    await backOff.failed(who);
    await world.record("admin.sign-in-refused", refused);
    return new Refusal(401, refused.code);
  }

  return {
    async passkeyOptions() {
      return requestOptions(party, { challenge: await ceremonies.begin("sign-in", "") });
    },
    async withPasskey(assertion, visit) {
      // No back-off: a signature is not guessed, and who guesses passwords must not shut out who holds a key.
      const who: Subject[] = [];
      const challenge = challengeOf(assertion.response.clientDataJSON) ?? "";
      const refused = { admin: null, with: "passkey", code: "passkey-refused" } as const;
      if (!(await ceremonies.spend(challenge, "sign-in", ""))) throw await refuse(refused, who);
      const proven = await passkeys.prove(assertion, challenge).catch(async (error: unknown) => {
        throw error instanceof Refusal ? await refuse(refused, who) : error;
      });
      const administrator = await administrators.find(proven.administrator);
      if (administrator === null) throw await refuse({ ...refused, admin: proven.administrator }, who);
      return begin(administrator, "passkey", visit);
    },
    async withPassword({ login, password, code }, visit) {
      const who = [{ address: visit.address }];
      await backOff.check(who);
      await backOff.guess(login);
      const known = await administrators.passwordOf(login);
      // The same work for a name that nobody has: its absence must not be heard in the time taken.
      decoy ??= hashPassword("a decoy's password", world.randomBytes(16));
      const right = await isPassword(password, known?.hash ?? (await decoy));
      const refused = { admin: known === null ? null : login, with: "password", code: "sign-in-refused" } as const;
      if (known === null || !right) throw await refuse(refused, who);
      const secret = sealing.open(known.totpSealed, login);
      const step = totpStep(code, { secret, now: world.now(), lastStep: known.totpStep });
      if (step === null || !(await administrators.spendTotpStep(login, step))) throw await refuse(refused, who);
      const administrator = await administrators.find(login);
      if (administrator === null) throw await refuse(refused, who);
      // An address' guesses sent together all passed the first look: whoever is right among them waits like the others.
      await backOff.check(who);
      await backOff.succeeded(login);
      return begin(administrator, "password", visit);
    },
    begin,
    async identify({ session, token }) {
      if (token !== null) {
        const found = await tokens.find(token);
        const administrator = found === null ? null : await administrators.find(found.administrator);
        if (found === null || administrator === null) return null;
        const { id, name } = administrator;
        const role = hasRole(administrator, found.role) ? found.role : administrator.role;
        return { administrator: { id, name, role }, via: { kind: "token", id: found.id }, session: null };
      }
      const found = session === null ? null : await sessions.find(session);
      const administrator = found === null ? null : await administrators.find(found.administrator);
      if (found === null || administrator === null) return null;
      const { id, name, role } = administrator;
      return { administrator: { id, name, role }, via: { kind: "session", id: found.id }, session: found };
    },
  };
}
