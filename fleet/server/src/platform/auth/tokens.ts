import { days } from "@wardkey/protocol";
import { ROLES, type Role } from "@wardkey/protocol/fleet";
import { type Administrator, hasRole } from "../http/access.js";
import { Refusal } from "../http/problem.js";
import { type AuthWorld, digestOf, newSecret } from "./ports.js";

const PREFIX = "wk_";

type TokenRow = {
  hash: string;
  id: string;
  administrator: string;
  name: string;
  role: Role;
  created_at: number;
  expires_at: number;
  used_at: number | null;
};

export interface TokenView {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usedAt: number | null;
}

export interface ApiTokens {
  /** The token is told this once. Refuses with `role-too-high` more than its maker may do. */
  make(by: Administrator, about: { name: string; role: Role; days: number }): Promise<TokenView & { token: string }>;
  of(administrator: string): Promise<TokenView[]>;
  /** Refuses with `token-unknown`. */
  revoke(administrator: string, id: string): Promise<void>;
  revokeAll(administrator: string): Promise<void>;
  find(token: string): Promise<{ readonly id: string; readonly administrator: string; readonly role: Role } | null>;
}

/** Secrets for the `wardkey` command and other programs: scoped to a role, expiring, kept as a hash. */
export function createApiTokens(world: AuthWorld): ApiTokens {
  const { database, now, record } = world;
  const tokens = () => database<TokenRow>("api_tokens");
  return {
    async make(by, about) {
      if (!hasRole(by, about.role)) throw new Refusal(403, "role-too-high");
      const token = PREFIX + newSecret(world);
      const row: TokenRow = {
        hash: digestOf(token),
        id: world.newId(),
        administrator: by.id,
        name: about.name,
        role: about.role,
        created_at: now(),
        expires_at: now() + days(about.days),
        used_at: null,
      };
      await record("admin.token-made", { admin: by.id, token: row.id, role: row.role, expiresAt: row.expires_at });
      await tokens().insert(row);
      return { ...viewOf(row), token };
    },
    async of(administrator) {
      return (await tokens().where({ administrator }).where("expires_at", ">", now()).orderBy("created_at")).map(
        viewOf,
      );
    },
    async revoke(administrator, id) {
      const known = await tokens().where({ administrator, id }).first();
      if (known === undefined) throw new Refusal(404, "token-unknown");
      await record("admin.token-revoked", { admin: administrator, token: id, by: administrator });
      await tokens().where({ administrator, id }).delete();
    },
    async revokeAll(administrator) {
      await tokens().where({ administrator }).delete();
    },
    async find(token) {
      if (!token.startsWith(PREFIX)) return null;
      const row = await tokens()
        .where({ hash: digestOf(token) })
        .first();
      if (row === undefined || now() >= row.expires_at) return null;
      const role = ROLES.find((known) => known === row.role);
      return role === undefined ? null : { id: row.id, administrator: row.administrator, role };
    },
  };
}

const viewOf = (row: TokenRow): TokenView => ({
  id: row.id,
  name: row.name,
  role: row.role,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  usedAt: row.used_at,
});
