import { WardkeyError } from "@wardkey/protocol";
import type { Administrator } from "../http/access.js";
import { Refusal } from "../http/problem.js";
import type { Database } from "../sql/database.js";
import type { AdministratorRow } from "./administrators.js";
import type { Auth } from "./auth.js";
import type { Invitation } from "./invitations.js";
import type { PasskeyRow } from "./passkeys.js";
import { hashPassword, judgePassword } from "./passwords.js";
import type { SecretSealing } from "./sealing.js";
import type { Means } from "./sessions.js";
import { newTotpSecret, totpStep, totpUri } from "./totp.js";
import { type Attestation, challengeOf, creationOptions, readAttestation } from "./webauthn.js";

const SALT_BYTES = 16;
const TOTP_BYTES = 20;

/** Who the invited person says to be; what the invitation already says counts instead. */
export interface Introduction {
  readonly secret: string;
  readonly login: string;
  readonly name: string;
}

export interface Registration {
  passkeyOptions(who: Introduction): Promise<Record<string, unknown>>;
  withPasskey(who: Introduction, answer: { response: Attestation; keyName: string }): Promise<Administrator>;
  /** For an authenticator app. */
  totpFor(who: Introduction): Promise<{ secret: string; uri: string }>;
  /** The first administrator's or a recovery's way alone. Refuses with `password-…` and `code-wrong`. */
  withPassword(
    who: Introduction,
    given: { password: string; totpSecret: string; code: string },
  ): Promise<Administrator>;
}

export interface RegistrationParts
  extends Pick<
    Auth,
    "world" | "party" | "administrators" | "invitations" | "passkeys" | "ceremonies" | "sessions" | "tokens"
  > {
  readonly sealing: SecretSealing;
}

/** Turns an invitation into an administrator who can sign in. */
export function createRegistration(parts: RegistrationParts): Registration {
  const { world, party, administrators, invitations, passkeys, ceremonies, sealing } = parts;

  async function open(who: Introduction): Promise<{ invitation: Invitation; login: string; name: string }> {
    const invitation = await invitations.read(who.secret);
    const login = invitation.login ?? who.login;
    const isNew = invitation.kind !== "recovery";
    if (isNew && (await administrators.isTaken(login))) throw new Refusal(409, "login-taken", { keys: ["login"] });
    return { invitation, login, name: invitation.name ?? who.name };
  }

  async function register(
    { invitation, login, name }: { invitation: Invitation; login: string; name: string },
    means: Means,
    credential: (step: Database) => Promise<void>,
  ): Promise<Administrator> {
    const known = await administrators.find(login);
    const role = invitation.kind === "recovery" ? (known?.role ?? invitation.role) : invitation.role;
    const kind = invitation.kind === "set-up" ? "setup" : invitation.kind;
    const { by } = invitation;
    await world.record("admin.registered", { admin: login, role, by, means: kind, with: means });
    // What the lost keys opened is closed with them.
    if (invitation.kind === "recovery") {
      await passkeys.removeAll(login);
      await parts.sessions.endAll(login);
      await parts.tokens.revokeAll(login);
    }
    await world.database.transaction(async (step) => {
      if (!(await invitations.spend(step, invitation))) throw new Refusal(401, "invitation-refused");
      await administrators.write(step, { id: login, name, role });
      await credential(step);
    });
    await invitations.forget(invitation);
    const made = await administrators.find(login);
    if (made === null) throw new WardkeyError("administrator-lost", "a registered administrator is not there");
    return { id: made.id, name: made.name, role: made.role };
  }

  return {
    async passkeyOptions(who) {
      const { invitation, login, name } = await open(who);
      const challenge = await ceremonies.begin("invitation", subjectOf(invitation, login));
      const handle = administrators.handleOf(login);
      return creationOptions(party, { handle, login, name, challenge, known: [] });
    },
    async withPasskey(who, { response, keyName }) {
      const opened = await open(who);
      const challenge = challengeOf(response.response.clientDataJSON) ?? "";
      const mine = await ceremonies.spend(challenge, "invitation", subjectOf(opened.invitation, opened.login));
      const passkey = mine ? await readAttestation(party, response, challenge) : null;
      if (passkey === null) throw new Refusal(400, "passkey-refused");
      return register(opened, "passkey", async (step) => {
        const taken = await step<PasskeyRow>("passkeys")
          .where({ id: passkey.id })
          .orWhere({ key_digest: passkey.keyDigest })
          .first("id");
        if (taken !== undefined) throw new Refusal(409, "passkey-known");
        await step<PasskeyRow>("passkeys").insert({
          id: passkey.id,
          administrator: opened.login,
          key_digest: passkey.keyDigest,
          public_key: passkey.publicKey,
          counter: passkey.counter,
          transports: JSON.stringify(passkey.transports).slice(0, 200),
          name: keyName,
          synced: passkey.synced,
          added_at: world.now(),
          used_at: null,
        });
      });
    },
    async totpFor(who) {
      const { login } = await open(who);
      const secret = newTotpSecret(world.randomBytes(TOTP_BYTES));
      return { secret, uri: totpUri({ secret, login, issuer: party.name }) };
    },
    async withPassword(who, { password, totpSecret, code }) {
      const opened = await open(who);
      if (opened.invitation.kind === "invitation") throw new Refusal(403, "passkey-needed");
      const verdict = judgePassword(password, [opened.login, opened.name, party.name]);
      if (verdict !== "good") throw new Refusal(400, verdict, { keys: ["password"] });
      const step = totpStep(code, { secret: totpSecret, now: world.now(), lastStep: 0 });
      if (step === null) throw new Refusal(400, "code-wrong", { keys: ["code"] });
      const hash = await hashPassword(password, world.randomBytes(SALT_BYTES));
      const sealed = sealing.seal(totpSecret, opened.login);
      return register(opened, "password", async (transaction) => {
        await transaction<AdministratorRow>("administrators")
          .where({ id: opened.login })
          .update({ password_hash: hash, totp_sealed: sealed, totp_step: step });
      });
    },
  };
}

const subjectOf = (invitation: Invitation, login: string): string =>
  invitation.id === "" ? `recovery ${login}` : invitation.id;
