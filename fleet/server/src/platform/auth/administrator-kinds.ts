import { ROLES, type Role } from "@wardkey/protocol/fleet";
import { z } from "zod";
import { hasRole } from "../http/access.js";
import { Refusal } from "../http/problem.js";
import { type Administrators, APPROVING_ROLE } from "./administrators.js";
import type { Approvals } from "./approvals.js";
import type { Invitations } from "./invitations.js";
import type { AuthWorld } from "./ports.js";
import type { Sessions } from "./sessions.js";

export const Login = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
export const PersonName = z.string().trim().min(1).max(80);
export const RoleName = z.enum(ROLES);

const Invite = z.strictObject({ login: Login, name: PersonName, role: RoleName });
const ChangeRole = z.strictObject({ login: Login, role: RoleName });
const Recover = z.strictObject({ login: Login });

/**
 * Who may approve is itself a matter for two: one administrator alone could else invite a second self, or take over a
 * colleague's account by "recovering" it. While there never was a second approver, one passkey is enough.
 */
export function registerAdministratorKinds(parts: {
  world: AuthWorld;
  approvals: Approvals;
  administrators: Administrators;
  invitations: Invitations;
  sessions: Sessions;
}): void {
  const { world, approvals, administrators, invitations, sessions } = parts;
  const role: Role = "administrator";
  const weightOf = async (...roles: readonly Role[]): Promise<1 | 2> =>
    roles.some((each) => hasRole({ role: each }, APPROVING_ROLE)) && (await administrators.approversEver()) >= 2
      ? 2
      : 1;
  const roleOf = async (login: string): Promise<Role> => {
    const known = (await administrators.list()).find(({ id }) => id === login);
    if (known === undefined) throw new Refusal(404, "administrator-unknown");
    return known.role;
  };

  approvals.register("administrator.invite", {
    schema: Invite,
    role,
    weight: (args) => weightOf(args.role),
    summary: ({ login, name, role: given }) => `Let ${name} (${login}) in as ${given}.`,
    async execute(args, { id, proposer }) {
      if (await administrators.isTaken(args.login)) throw new Refusal(409, "login-taken", { keys: ["login"] });
      await world.record("admin.invited", { admin: args.login, role: args.role, by: proposer });
      await invitations.invite(id, { ...args, kind: "invitation", by: proposer });
      return { invitation: id };
    },
  });
  approvals.register("administrator.role", {
    schema: ChangeRole,
    role,
    weight: async (args) => weightOf(args.role, await roleOf(args.login)),
    summary: (args) => `Change the role of ${args.login} to ${args.role}. Their sessions end.`,
    async execute(args, { proposer }) {
      if ((await roleOf(args.login)) === args.role) return null;
      await world.record("admin.role-changed", { admin: args.login, role: args.role, by: proposer });
      await administrators.setRole(args.login, args.role);
      await sessions.endAll(args.login);
      return null;
    },
  });
  approvals.register("administrator.recover", {
    schema: Recover,
    role,
    weight: async (args) => weightOf(await roleOf(args.login)),
    summary: ({ login }) => `Let ${login} in again with a new passkey. Their passkeys, sessions and API tokens end.`,
    async execute({ login }, { id, proposer }) {
      const known = (await administrators.list()).find((each) => each.id === login);
      if (known === undefined) throw new Refusal(404, "administrator-unknown");
      await world.record("admin.recovery-opened", { admin: login, by: proposer });
      await invitations.invite(id, { login, name: known.name, role: known.role, kind: "recovery", by: proposer });
      return { invitation: id };
    },
  });
}
