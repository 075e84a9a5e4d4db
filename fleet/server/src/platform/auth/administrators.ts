import { ROLES, type Role } from "@wardkey/protocol/fleet";
import { type Administrator, hasRole } from "../http/access.js";
import { Refusal } from "../http/problem.js";
import type { Database } from "../sql/database.js";
import { type AuthWorld, digestOf } from "./ports.js";

/** Names in the audit that are nobody's. */
const RESERVED = ["fleet", "machine", "page-token"];
/** From here on somebody's word counts in an approval. */
export const APPROVING_ROLE: Role = "security-officer";

export type AdministratorRow = {
  id: string;
  name: string;
  role: Role;
  role_since: number;
  created_at: number;
  disabled_at: number | null;
  password_hash: string | null;
  totp_sealed: string | null;
  totp_step: number;
};

export interface AdministratorView extends Administrator {
  readonly roleSince: number;
  readonly createdAt: number;
  readonly disabledAt: number | null;
}

export interface Administrators {
  /** Who may act now: not somebody disabled. */
  find(id: string): Promise<(Administrator & { readonly roleSince: number }) | null>;
  list(): Promise<AdministratorView[]>;
  /** Nobody was ever registered here. */
  none(): Promise<boolean>;
  isTaken(id: string): Promise<boolean>;
  /**
   * How many were ever given a say in approvals, disabled ones included: who could disable the others would otherwise be
   * the only one left to ask.
   */
  approversEver(): Promise<number>;
  /** Registers or, for a recovery, lets in again. Inside the caller's transaction. */
  write(step: Database, who: { id: string; name: string; role: Role }): Promise<void>;
  setRole(id: string, role: Role): Promise<void>;
  disable(id: string): Promise<void>;
  /** What an authenticator knows somebody by: the same for every passkey of theirs, and no name. */
  handleOf(id: string): string;
  /** Secrets of the password way; `null` when this person has none or may not act. */
  passwordOf(id: string): Promise<{ hash: string; totpSealed: string; totpStep: number } | null>;
  /** `false` when this or a later step was used already. */
  spendTotpStep(id: string, step: number): Promise<boolean>;
}

export function createAdministrators(world: AuthWorld): Administrators {
  const { database, now } = world;
  const rows = () => database<AdministratorRow>("administrators");
  return {
    async find(id) {
      const row = await rows().where({ id }).whereNull("disabled_at").first();
      return row === undefined ? null : { ...personOf(row), roleSince: row.role_since };
    },
    async list() {
      return (await rows().orderBy("id")).map((row) => ({
        ...personOf(row),
        roleSince: row.role_since,
        createdAt: row.created_at,
        disabledAt: row.disabled_at,
      }));
    },
    none: async () => (await rows().first("id")) === undefined,
    isTaken: async (id) => RESERVED.includes(id) || (await rows().where({ id }).first("id")) !== undefined,
    async approversEver() {
      return (await rows().select("role")).filter(({ role }) => hasRole({ role }, APPROVING_ROLE)).length;
    },
    async write(step, who) {
      const at = now();
      // Who is let in again has new keys: their word counts for what is proposed from now on.
      const fresh = { name: who.name, role: who.role, role_since: at, disabled_at: null };
      const secrets = { password_hash: null, totp_sealed: null };
      const updated = await step<AdministratorRow>("administrators")
        .where({ id: who.id })
        .update({ ...fresh, ...secrets });
      if (updated > 0) return;
      const row = { ...fresh, ...secrets, id: who.id, created_at: at, totp_step: 0 };
      await step<AdministratorRow>("administrators").insert(row);
    },
    async setRole(id, role) {
      const changed = await rows().where({ id }).update({ role, role_since: now() });
      if (changed === 0) throw new Refusal(404, "administrator-unknown");
    },
    async disable(id) {
      const changed = await rows().where({ id }).whereNull("disabled_at").update({ disabled_at: now() });
      if (changed === 0) throw new Refusal(404, "administrator-unknown");
    },
    handleOf: (id) => digestOf(`wardkey-administrator\n${id}`),
    async passwordOf(id) {
      const row = await rows().where({ id }).whereNull("disabled_at").first();
      if (row === undefined || row.password_hash === null || row.totp_sealed === null) return null;
      return { hash: row.password_hash, totpSealed: row.totp_sealed, totpStep: row.totp_step };
    },
    async spendTotpStep(id, step) {
      return (await rows().where({ id }).where("totp_step", "<", step).update({ totp_step: step })) === 1;
    },
  };
}

function personOf(row: AdministratorRow): Administrator {
  // A role that this version does not know may do as little as possible.
  return { id: row.id, name: row.name, role: ROLES.find((role) => role === row.role) ?? "viewer" };
}
