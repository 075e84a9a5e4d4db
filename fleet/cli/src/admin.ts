import { randomBytes } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { writeRecoveryFile } from "@wardkey/fleet-server";
import { WardkeyError } from "@wardkey/protocol";
import { z } from "zod";
import type { CommandGroup } from "./command.js";
import { FleetClient, Login, loginFile } from "./fleet-client.js";

const Session = z.object({
  siteName: z.string(),
  signedIn: z.object({ administrator: z.object({ id: z.string(), name: z.string(), role: z.string() }) }).nullable(),
});

/** `wardkey login`, `logout`, `whoami`, `admin recover`. */
export const adminCommands: CommandGroup = (program, { terminal, result }) => {
  program
    .command("login")
    .description("Keep an API token of yours (console: My access, API tokens) for the commands that follow")
    .requiredOption("--url <URL>", "the console's address")
    .option("--token-file <FILE>", "the token, instead of asking for it")
    .action(async ({ url, tokenFile }: { url: string; tokenFile?: string }) => {
      const token =
        tokenFile === undefined ? await terminal.ask("API token", { secret: true }) : await readFile(tokenFile, "utf8");
      const read = Login.safeParse({ url, token: token.trim() });
      if (!read.success) throw new WardkeyError("misused", "that is no address or no API token");
      const login = read.data;
      const session = await new FleetClient(login).call("GET", "/v1/session", Session);
      const who = session.signedIn?.administrator;
      if (who === undefined) throw new WardkeyError("token-refused", "that token opens nothing here");
      const file = loginFile();
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await rm(file, { force: true });
      await writeFile(file, JSON.stringify(login), { mode: 0o600, flag: "wx" });
      result({ site: session.siteName, ...who }, `Logged in to ${session.siteName} as ${who.name} (${who.role}).`);
    });
  program
    .command("logout")
    .description("Forget the token here; revoke it on the console to end it everywhere")
    .action(async () => {
      await rm(loginFile(), { force: true });
      result({ done: true }, "Forgotten.");
    });
  program
    .command("whoami")
    .description("Who the token stands for")
    .action(async () => {
      const { siteName, signedIn } = await (await FleetClient.open()).call("GET", "/v1/session", Session);
      const who = signedIn?.administrator;
      result(
        { site: siteName, who: who ?? null },
        who === undefined ? "Nobody" : `${who.name} (${who.role}) at ${siteName}`,
      );
    });

  program
    .command("admin")
    .description("Administrators")
    .command("recover <login>")
    .description("On the server itself, as its user: a link that lets an administrator in again, once, within the hour")
    .requiredOption("--data <DIR>", "the fleet server's data folder")
    .requiredOption("--url <URL>", "the console's address")
    .action(async (login: string, { data, url }: { data: string; url: string }) => {
      const { secret, expiresAt } = await writeRecoveryFile({
        dataDir: resolve(data),
        login,
        now: Date.now(),
        randomBytes: (size) => new Uint8Array(randomBytes(size)),
      });
      const link = `${url.replace(/\/+$/, "")}/#recovery=${secret}`;
      result({ link, expiresAt }, `Open within the hour, once: ${link}`);
    });
};
