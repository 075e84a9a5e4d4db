import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fleet } from "@wardkey/fleet-server";
import { startQuietFleet } from "@wardkey/fleet-server/testing/fleet";
import { main } from "../command.js";

/** A fleet server in its own folder, and a command line whose output is kept. */
export class TestSite {
  readonly folder: string;
  readonly fleet: Fleet;

  private constructor(folder: string, fleet: Fleet) {
    this.folder = folder;
    this.fleet = fleet;
  }

  static async start(): Promise<TestSite> {
    const folder = await mkdtemp(join(tmpdir(), "wardkey-cli-"));
    return new TestSite(folder, await startQuietFleet(folder, { profile: "production" }));
  }

  get dataDir(): string {
    return join(this.folder, "data");
  }

  /** An administrator of this role, known to the server, and an API token of theirs. */
  async token(role: "viewer" | "operator" | "security-officer" | "administrator"): Promise<string> {
    const { administrators, tokens, world } = this.fleet.auth;
    const id = `${role}-${randomUUID().slice(0, 8)}`;
    await administrators.write(world.database, { id, name: role, role });
    return (await tokens.make({ id, name: role, role }, { name: "test", role, days: 1 })).token;
  }

  async stop(): Promise<void> {
    await this.fleet.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The one line of `--json`. */
  json(): unknown;
}

/** Runs the command as a shell would. */
export async function run(args: readonly string[], answers: readonly string[] = []): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const waiting = [...answers];
  const code = await main(args, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    ask: async () => waiting.shift() ?? "",
  });
  return { code, out: out.join("\n"), err: err.join("\n"), json: () => JSON.parse(out.join("\n")) };
}
