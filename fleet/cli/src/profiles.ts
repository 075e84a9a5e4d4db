import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { WardkeyError } from "@wardkey/protocol";
import { z } from "zod";
import type { CommandGroup } from "./command.js";
import { FleetClient } from "./fleet-client.js";
import { printable, table } from "./terminal.js";

const ADDRESS = "/v1/peripherals/profiles";
const InForce = z.object({
  inForce: z
    .object({
      version: z.number(),
      digest: z.string(),
      by: z.string(),
      publishedAt: z.number(),
      profiles: z.array(z.object({ id: z.string(), kind: z.string(), name: z.string() })),
      retired: z.array(z.string()),
    })
    .nullable(),
});
const Proposed = z.object({ version: z.number(), digest: z.string(), approval: z.string(), needs: z.number() });

/** `wardkey profiles …`: the badge readers and relays that this site adds to those that its kiosks know. */
export const profileCommands: CommandGroup = (program, { result }) => {
  const profiles = program.command("profiles").description("Badge readers and relays that kiosks know");
  profiles
    .command("status")
    .description("What this site adds or retires")
    .action(async () => {
      const status = await (await FleetClient.open()).call("GET", ADDRESS, InForce);
      result(status, wordsOf(status));
    });
  profiles
    .command("propose <folder>")
    .description("Propose the profiles in a folder as the whole set; two people approve it on the console")
    .option("--retire <ID...>", "no longer use these, which came with the version")
    .action(async (folder: string, options: { retire?: string[] }) => {
      const body = { profiles: await profilesIn(resolve(folder)), retired: options.retire ?? [] };
      const proposed = await (await FleetClient.open()).call("POST", ADDRESS, Proposed, body);
      const { version, approval } = proposed;
      result(proposed, `Version ${version} waits for two people on the console: approval ${approval}`);
    });
};

function wordsOf({ inForce }: z.infer<typeof InForce>): string {
  if (inForce === null) return "Nothing: kiosks know what came with their version.";
  const { version, by, publishedAt, profiles, retired } = inForce;
  const rows = profiles.map(({ id, kind, name }) => [id, kind, printable(name)]);
  const head = `Version ${version} by ${printable(by)}, ${new Date(publishedAt).toISOString()}`;
  return [head, table(["ID", "KIND", "NAME"], rows), ...retired.map((id) => `retired: ${id}`)].join("\n");
}

/** Throws `profiles-unreadable` for a file that is no JSON object; whether it is a profile the server says. */
async function profilesIn(folder: string): Promise<readonly unknown[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new WardkeyError("folder-missing", `no folder at ${folder}`, { cause });
  });
  const files = names.filter((name) => name.endsWith(".json")).sort();
  return Promise.all(
    files.map(async (name) => {
      try {
        return z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(join(folder, name), "utf8")));
      } catch (cause) {
        throw new WardkeyError("profiles-unreadable", `${name} holds no profile`, { cause });
      }
    }),
  );
}
