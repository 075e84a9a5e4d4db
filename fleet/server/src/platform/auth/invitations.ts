import { rm } from "node:fs/promises";
import { join } from "node:path";
import { days, hours } from "@wardkey/protocol";
import type { Role } from "@wardkey/protocol/fleet";
import { writePrivateFile } from "../files/secret-file.js";
import { Refusal } from "../http/problem.js";
import type { Database } from "../sql/database.js";
import type { Administrators } from "./administrators.js";
import { type AuthWorld, digestOf, newSecret } from "./ports.js";
import { readRecoveryFile, removeRecoveryFile } from "./recovery-file.js";

const SET_UP_LIFE = hours(24);
const INVITATION_LIFE = days(3);
const SET_UP_FILE = "first-administrator.link";

export type InvitationKind = "set-up" | "invitation" | "recovery";
type InvitationRow = {
  id: string;
  hash: string | null;
  kind: InvitationKind;
  administrator: string | null;
  name: string | null;
  role: Role;
  invited_by: string;
  created_at: number;
  expires_at: number;
};

export interface Invitation {
  readonly id: string;
  readonly kind: InvitationKind;
  /** Who it is for; `null`: the first administrator chooses. */
  readonly login: string | null;
  readonly name: string | null;
  readonly role: Role;
  readonly by: string;
  readonly expiresAt: number;
}

export interface Invitations {
  /**
   * While there is no administrator at all: the secret of the set-up link, also left in a file (0600) of the data folder.
   * `null` afterwards.
   */
  openSetUp(linkOf: (secret: string) => string): Promise<string | null>;
  /** Kept without a secret until `link`. `id` makes a second call harmless. */
  invite(id: string, about: Omit<Invitation, "id" | "expiresAt">): Promise<void>;
  waiting(): Promise<Invitation[]>;
  /** A new secret for it; an earlier one no longer opens it. Only for who invited. Refuses with `invitation-unknown`. */
  link(id: string, by: string): Promise<{ secret: string; expiresAt: number }>;
  withdraw(id: string, by: string): Promise<void>;
  /** What a secret opens. Refuses with `invitation-refused`: unknown, used, expired. */
  read(secret: string): Promise<Invitation>;
  /** Takes it away inside the caller's transaction: `false` when somebody else was faster. */
  spend(step: Database, invitation: Invitation): Promise<boolean>;
  /** Removes what the file system still holds of it. */
  forget(invitation: Invitation): Promise<void>;
}

export function createInvitations(
  world: AuthWorld,
  { dataDir, administrators }: { dataDir: string; administrators: Administrators },
): Invitations {
  const { database, now } = world;
  const rows = () => database<InvitationRow>("invitations");
  const setUpFile = join(dataDir, SET_UP_FILE);
  return {
    async openSetUp(linkOf) {
      await rows().where({ kind: "set-up" }).delete();
      if (!(await administrators.none())) {
        await rm(setUpFile, { force: true });
        return null;
      }
      const secret = newSecret(world);
      await rows().insert({
        id: world.newId(),
        hash: digestOf(secret),
        kind: "set-up",
        administrator: null,
        name: null,
        role: "administrator",
        invited_by: "machine",
        created_at: now(),
        expires_at: now() + SET_UP_LIFE,
      });
      await writePrivateFile(setUpFile, `${linkOf(secret)}\n`);
      return secret;
    },
    async invite(id, about) {
      await rows()
        .insert({
          id,
          hash: null,
          kind: about.kind,
          administrator: about.login,
          name: about.name,
          role: about.role,
          invited_by: about.by,
          created_at: now(),
          expires_at: now() + INVITATION_LIFE,
        })
        .onConflict("id")
        .ignore();
    },
    async waiting() {
      return (await rows().where("expires_at", ">", now()).whereNot({ kind: "set-up" }).orderBy("created_at")).map(
        viewOf,
      );
    },
    async link(id, by) {
      const row = await rows().where({ id, invited_by: by }).where("expires_at", ">", now()).first();
      if (row === undefined) throw new Refusal(404, "invitation-unknown");
      const secret = newSecret(world);
      await rows()
        .where({ id })
        .update({ hash: digestOf(secret) });
      return { secret, expiresAt: row.expires_at };
    },
    async withdraw(id, by) {
      const row = await rows().where({ id }).first();
      if (row === undefined || row.administrator === null) throw new Refusal(404, "invitation-unknown");
      await world.record("admin.invitation-withdrawn", { admin: row.administrator, by });
      await rows().where({ id }).delete();
    },
    async read(secret) {
      const row = await rows()
        .where({ hash: digestOf(secret) })
        .where("expires_at", ">", now())
        .first();
      if (row !== undefined) {
        const tooLate = row.kind === "set-up" && !(await administrators.none());
        if (!tooLate) return viewOf(row);
      }
      const recovery = await readRecoveryFile(dataDir, secret, now());
      if (recovery === null) throw new Refusal(401, "invitation-refused");
      const { login, expiresAt } = recovery;
      const kind = "recovery" as const;
      return { id: "", kind, login, name: null, role: "administrator", by: "machine", expiresAt };
    },
    async spend(step, invitation) {
      if (invitation.id === "") return true;
      return (await step<InvitationRow>("invitations").where({ id: invitation.id }).delete()) === 1;
    },
    async forget(invitation) {
      if (invitation.kind === "set-up") await rm(setUpFile, { force: true });
      if (invitation.id === "") await removeRecoveryFile(dataDir);
    },
  };
}

const viewOf = (row: InvitationRow): Invitation => ({
  id: row.id,
  kind: row.kind,
  login: row.administrator,
  name: row.name,
  role: row.role,
  by: row.invited_by,
  expiresAt: row.expires_at,
});
