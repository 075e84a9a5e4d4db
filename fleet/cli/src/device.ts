import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { EnrolmentTicket } from "@wardkey/protocol/fleet";
import type { Command } from "commander";
import { z } from "zod";
import type { CommandGroup } from "./command.js";
import { FleetClient } from "./fleet-client.js";
import { printable, table } from "./terminal.js";

const Device = z.object({
  id: z.string(),
  name: z.string(),
  ward: z.string(),
  kind: z.string(),
  state: z.string(),
  online: z.boolean(),
  health: z.array(z.object({ code: z.string(), severity: z.string() })),
  difference: z.array(z.string()),
});
const Page = z.object({ total: z.number(), devices: z.array(Device) });
const Ticketed = z.object({ ticket: EnrolmentTicket.nullable() });
const Denied = z.object({ denyEpoch: z.number(), pending: z.array(z.string()) });
const Answered = z.object({
  request: z.string(),
  outcome: z.string(),
  status: z.number().nullable(),
  code: z.string().nullable(),
});
const Proposed = z.object({ id: z.string(), needs: z.number() });
const Pair = z.object({ from: z.string(), to: z.string(), channel: z.string() });

const path = (device: string, act = ""): string =>
  `/v1/devices/${encodeURIComponent(device)}${act === "" ? "" : `/${act}`}`;

/** `wardkey device …` and `wardkey m2m …`. */
export const deviceCommands: CommandGroup = (program, { result }) => {
  const device = program.command("device").description("Kiosks, medical devices and services");

  device
    .command("list")
    .description("Devices with what is wrong with them")
    .option("--ward <WARD>")
    .option("--state <STATE>", "awaiting, enrolled, quarantined, denied, retired")
    .option("--health <CODE>", "a finding's code, or any")
    .option("--search <TEXT>")
    .option("--limit <N>", "at most 500", "100")
    .action(async (options: Readonly<Record<string, string>>) => {
      const query = new URLSearchParams(options);
      const page = await (await FleetClient.open()).call("GET", `/v1/devices?${query}`, Page);
      const rows = page.devices.map((each) => [
        each.id,
        each.state,
        each.online ? "online" : "offline",
        printable(each.ward),
        printable(each.name),
        [...each.health.map(({ code }) => code), ...each.difference].join(" "),
      ]);
      result(
        page,
        `${table(["ID", "STATE", "", "WARD", "NAME", "FINDINGS"], rows)}\n${page.devices.length} of ${page.total}`,
      );
    });

  const ticketed = (command: Command): Command =>
    command.requiredOption("--ticket <FILE>", "where the one-time ticket goes (0600)");
  const keep = async (file: string, { ticket }: z.infer<typeof Ticketed>): Promise<string> => {
    if (ticket === null) return "It waits; no ticket was made: wardkey device ticket";
    await writeFile(resolve(file), `${JSON.stringify(ticket)}\n`, { mode: 0o600, flag: "wx" });
    return `Its ticket is in ${resolve(file)}, until ${new Date(ticket.expiresAt).toISOString()}. It works once.`;
  };
  ticketed(device.command("add <id>"))
    .description("Make a device known and give it a ticket")
    .requiredOption("--name <NAME>")
    .requiredOption("--ward <WARD>")
    .option("--kind <KIND>", "kiosk, medical-device, service", "kiosk")
    .option("--tag <TAG...>", "groups of policy layers")
    .action(
      async (
        id: string,
        { name, ward, kind, tag, ticket }: { name: string; ward: string; kind: string; tag?: string[]; ticket: string },
      ) => {
        const body = { id, name, ward, kind, tags: tag ?? [] };
        const answer = await (await FleetClient.open()).call("POST", "/v1/devices", Ticketed, body);
        result({ device: id, ticketFile: resolve(ticket) }, await keep(ticket, answer));
      },
    );
  for (const [act, words] of [
    ["ticket", "A new ticket for a device that has not enrolled"],
    ["replace", "Another machine takes its place: what it had is denied, and a ticket is made"],
  ] as const) {
    ticketed(device.command(`${act} <id>`))
      .description(words)
      .action(async (id: string, { ticket }: { ticket: string }) => {
        const answer = await (await FleetClient.open()).call("POST", path(id, act), Ticketed);
        result({ device: id, ticketFile: resolve(ticket) }, await keep(ticket, answer));
      });
  }
  for (const [act, words] of [
    ["deny", "Cut it off: certificates, sessions and statuses end now"],
    ["quarantine", "Lock it and let it listen"],
  ] as const) {
    device
      .command(`${act} <id>`)
      .description(words)
      .requiredOption("--reason <CODE>", "stolen, lost, misbehaves: a word for the audit")
      .action(async (id: string, { reason }: { reason: string }) => {
        const answer = await (await FleetClient.open()).call("POST", path(id, act), Denied, { reason });
        const waits =
          answer.pending.length === 0 ? "" : `\nStill to be done, and tried until it is: ${answer.pending.join(", ")}`;
        result(answer, `Done. Deny epoch ${answer.denyEpoch}.${waits}`);
      });
  }
  device
    .command("release <id>")
    .description("End a quarantine")
    .action(async (id: string) => {
      result(await (await FleetClient.open()).call("POST", path(id, "release"), Denied), "Released.");
    });
  device
    .command("command <id> <command>")
    .description("lock, identify, refresh or renew-certificates")
    .action(async (id: string, command: string) => {
      const answer = await (await FleetClient.open()).call("POST", path(id, "command"), Answered, { command });
      result(
        answer,
        `${answer.outcome}${answer.status === null ? "" : ` (${answer.status})`}${answer.code === null ? "" : ` ${answer.code}`}`,
      );
    });
  device
    .command("wipe <id>")
    .description("Propose to erase a device: two people approve it on the console")
    .action(async (id: string) => {
      const proposed = await (await FleetClient.open()).call("POST", path(id, "wipe"), Proposed);
      result(proposed, `Proposed as ${proposed.id}. ${proposed.needs} people must approve it on the console.`);
    });

  const m2m = program.command("m2m").description("The connection matrix: which machine may talk to which");
  m2m
    .command("list")
    .description("All pairs")
    .action(async () => {
      const { pairs } = await (await FleetClient.open()).call(
        "GET",
        "/v1/m2m/pairs",
        z.object({ pairs: z.array(Pair) }),
      );
      result(
        { pairs },
        table(
          ["FROM", "TO", "CHANNEL"],
          pairs.map(({ from, to, channel }) => [from, to, channel]),
        ),
      );
    });
  m2m
    .command("allow <from> <to> <channel>")
    .description("Let one device send to another on a channel")
    .action(async (from: string, to: string, channel: string) => {
      result(await (await FleetClient.open()).call("POST", "/v1/m2m/pairs", Pair, { from, to, channel }), "Allowed.");
    });
  m2m
    .command("forbid <from> <to> <channel>")
    .description("Silence a pair at once")
    .action(async (from: string, to: string, channel: string) => {
      const pair = [from, to, channel].map(encodeURIComponent).join("/");
      await (await FleetClient.open()).call("DELETE", `/v1/m2m/pairs/${pair}`, z.null());
      result({ from, to, channel }, "Silenced.");
    });
};
