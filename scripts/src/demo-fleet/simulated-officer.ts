import { randomUUID } from "node:crypto";
import type { Fleet } from "@wardkey/fleet-server";
import { type Answer, Visitor } from "@wardkey/fleet-server/testing/visitor";
import { WardkeyError } from "@wardkey/protocol";

const LOGIN = "simulated-officer";

/** A security officer who does not exist, at the console's HTTP interface with an account and a passkey of their own. */
export class SimulatedOfficer {
  readonly #visitor: Visitor;

  private constructor(visitor: Visitor) {
    this.#visitor = visitor;
  }

  /** By an invitation of the machine: not before there is a first administrator, whose link it would close. */
  static async enter({ auth, url }: Pick<Fleet, "auth" | "url">): Promise<SimulatedOfficer> {
    const id = randomUUID();
    const invited = { kind: "invitation", login: LOGIN, name: "Simulated officer", role: "security-officer" } as const;
    await auth.invitations.invite(id, { ...invited, by: "machine" });
    const { secret } = await auth.invitations.link(id, "machine");
    const visitor = new Visitor(() => new URL(url).origin);
    good(await visitor.register(secret, LOGIN));
    return new SimulatedOfficer(visitor);
  }

  /** @throws WardkeyError with the refusal's code. */
  async ask(method: string, path: string, body?: object, type = "application/json"): Promise<Record<string, unknown>> {
    const headers = body === undefined ? {} : { "content-type": type };
    return good(await this.#visitor.call(method, path, body, headers));
  }

  /** Signs what was proposed with the passkey. */
  async sign(approval: string): Promise<void> {
    good(await this.#visitor.approve(approval));
  }

  /** After a time in which the session may have ended. */
  async comeBack(): Promise<void> {
    good(await this.#visitor.signIn());
  }
}

function good({ status, code, body }: Answer): Record<string, unknown> {
  if (status >= 400) throw new WardkeyError(code ?? "refused", `the simulated officer was refused: ${status}`);
  return body;
}
