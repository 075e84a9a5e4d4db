import type { Role } from "@wardkey/protocol/fleet";
import { expect } from "vitest";
import { z } from "zod";
import { TestConsole } from "./test-console.js";
import type { Visitor } from "./visitor.js";

/** A console with acts that need approval; it remembers what was carried out: the world that approvals protect. */
export class ApprovalsRoom {
  readonly done: { kind: string; args: unknown; id: string; approvers: string[] }[] = [];
  /** What goes wrong when an act is carried out. */
  trouble: Error | null = null;

  readonly site: TestConsole;

  private constructor(site: TestConsole) {
    this.site = site;
  }

  static async open(): Promise<ApprovalsRoom> {
    const room = new ApprovalsRoom(await TestConsole.start());
    room.registerKinds();
    return room;
  }

  /** The acts of this world; once more after the site was opened anew. */
  registerKinds(): void {
    this.done.length = 0;
    this.trouble = null;
    const kind = (name: string, weight: 1 | 2, role?: Role): void =>
      this.site.auth.approvals.register(name, {
        schema: z.strictObject({ target: z.string().max(63), weaker: z.boolean().optional() }),
        ...(role === undefined ? {} : { role }),
        weight: (args) => (args.weaker === true ? 2 : weight),
        summary: (args) => `Touch ${args.target}.`,
        execute: async (args, { id, approvers }) => {
          if (this.trouble !== null) throw this.trouble;
          if (!this.done.some((each) => each.id === id)) {
            this.done.push({ kind: name, args, id, approvers: approvers.map(({ administrator }) => administrator) });
          }
          return { touched: args.target };
        },
      });
    kind("device.wipe", 2);
    kind("audit.export", 2);
    kind("ca.rotate", 2, "administrator");
    kind("policy.publish", 1);
  }

  async two(): Promise<[Visitor, Visitor]> {
    return [await this.site.administrator("anna"), await this.site.administrator("bruno")];
  }

  async propose(by: Visitor, kind = "device.wipe", args: object = { target: "bed-7" }): Promise<string> {
    const { status, body } = await by.call("POST", "/v1/approvals", { kind, args });
    expect(status).toBe(202);
    return String(body["id"]);
  }
}
