import { Refusal } from "../http/problem.js";
import { type AuthWorld, digestOf, isDuplicate } from "./ports.js";
import { type Assertion, type NewPasskey, type RelyingParty, readAssertion } from "./webauthn.js";

export type PasskeyRow = {
  id: string;
  administrator: string;
  key_digest: string;
  public_key: string;
  counter: number;
  transports: string;
  name: string;
  synced: boolean | number;
  added_at: number;
  used_at: number | null;
};

export interface PasskeyView {
  /** Digest of its key: names it in the audit too. */
  readonly id: string;
  readonly name: string;
  readonly synced: boolean;
  readonly addedAt: number;
  readonly usedAt: number | null;
}

/** Whose passkey answered, after its signature, origin, user verification and counter were checked. */
export interface ProvenPasskey {
  readonly administrator: string;
  readonly keyDigest: string;
}

export interface Passkeys {
  of(administrator: string): Promise<PasskeyView[]>;
  /** Credential ids, for the browser to exclude or allow. */
  credentialIds(administrator: string): Promise<{ id: string }[]>;
  /** Refuses with `passkey-known` a key that anybody holds already. */
  add(administrator: string, passkey: NewPasskey, name: string): Promise<void>;
  /** Refuses with `passkey-unknown`. */
  remove(administrator: string, keyDigest: string): Promise<void>;
  removeAll(administrator: string): Promise<void>;
  /** Refuses with `passkey-refused`, whatever is wrong. */
  prove(assertion: Assertion, challenge: string): Promise<ProvenPasskey>;
  /** Whether an assertion that counted once was this passkey's over this challenge; the passkey must still be held. */
  proved(assertion: Assertion, challenge: string, by: ProvenPasskey): Promise<boolean>;
}

export function createPasskeys(world: AuthWorld, party: RelyingParty): Passkeys {
  const { database, now } = world;
  const passkeys = () => database<PasskeyRow>("passkeys");
  return {
    async of(administrator) {
      const rows = await passkeys().where({ administrator }).orderBy("added_at");
      return rows.map((row) => ({
        id: row.key_digest,
        name: row.name,
        synced: Boolean(row.synced),
        addedAt: row.added_at,
        usedAt: row.used_at,
      }));
    },
    credentialIds: (administrator) => passkeys().where({ administrator }).select("id"),
    async add(administrator, passkey, name) {
      try {
        await passkeys().insert({
          id: passkey.id,
          administrator,
          key_digest: passkey.keyDigest,
          public_key: passkey.publicKey,
          counter: passkey.counter,
          transports: JSON.stringify(passkey.transports).slice(0, 200),
          name,
          synced: passkey.synced,
          added_at: now(),
          used_at: null,
        });
      } catch (error) {
        if (isDuplicate(error)) throw new Refusal(409, "passkey-known");
        throw error;
      }
    },
    async remove(administrator, keyDigest) {
      const removed = await passkeys().where({ administrator, key_digest: keyDigest }).delete();
      if (removed === 0) throw new Refusal(404, "passkey-unknown");
    },
    async removeAll(administrator) {
      await passkeys().where({ administrator }).delete();
    },
    async prove(assertion, challenge) {
      const row = await passkeys().where({ id: assertion.id }).first();
      if (row === undefined) throw new Refusal(401, "passkey-refused");
      const passkey = { id: row.id, publicKey: row.public_key, counter: row.counter };
      const counter = await readAssertion(party, assertion, { challenge, passkey });
      if (counter === null || digestOf(Buffer.from(row.public_key, "base64url")) !== row.key_digest) {
        throw new Refusal(401, "passkey-refused");
      }
      // WebAuthn 3 §7.2 step 22: of two answers with one counter only the first counts. Synced passkeys stay at zero.
      const updated = await passkeys().where({ id: row.id, counter: row.counter }).update({ counter, used_at: now() });
      if (updated === 0) throw new Refusal(401, "passkey-refused");
      return { administrator: row.administrator, keyDigest: row.key_digest };
    },
    async proved(assertion, challenge, { administrator, keyDigest }) {
      const row = await passkeys().where({ id: assertion.id, administrator, key_digest: keyDigest }).first();
      if (row === undefined) return false;
      const passkey = { id: row.id, publicKey: row.public_key, counter: 0 };
      return (await readAssertion(party, assertion, { challenge, passkey })) !== null;
    },
  };
}
