import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { z } from "zod";
import { emergencyCardCommand } from "./break-glass.js";
import type { CommandGroup } from "./command.js";
import { FleetClient } from "./fleet-client.js";
import { printable, table } from "./terminal.js";

const Person = z.object({
  staffId: z.string(),
  givenName: z.string(),
  familyName: z.string(),
  role: z.string(),
  wards: z.array(z.string()),
  standing: z.string(),
  credential: z.object({ expiresAt: z.number(), live: z.boolean() }).nullable(),
});
const Page = z.object({ people: z.array(Person), next: z.string().nullable() });
const Plan = z.object({
  id: z.string(),
  adds: z.number(),
  changes: z.number(),
  unchanged: z.number(),
  leavers: z.number(),
  leaversGuarded: z.boolean(),
  faults: z.array(z.object({ line: z.number(), code: z.string(), field: z.string().nullable() })),
  faultCount: z.number(),
});
const OneTimeCode = z.object({ code: z.string(), expiresAt: z.number() });
const Applied = z.object({ adds: z.number(), changes: z.number(), leavers: z.number() });

const ACTS = {
  suspend: "Her phone and badge open nothing until she is resumed",
  resume: "End a suspension",
  revoke: "Take the credential back for good",
  "lost-phone": "Her phone is lost: it opens nothing from now on",
  leave: "She left the hospital",
} as const;

/** `wardkey staff …` and `wardkey operator …`. */
export const staffCommands: CommandGroup = (program, { result }) => {
  const staff = program.command("staff").description("People and their credentials");
  staff
    .command("list")
    .description("Find people")
    .option("--search <TEXT>")
    .option("--ward <WARD>")
    .option("--limit <N>", "at most 500", "100")
    .action(async (options: Readonly<Record<string, string>>) => {
      const page = await (await FleetClient.open()).call("GET", `/v1/staff?${new URLSearchParams(options)}`, Page);
      const rows = page.people.map(({ staffId, givenName, familyName, role, wards, standing }) => [
        staffId,
        standing,
        printable(role),
        printable(`${givenName} ${familyName}`),
        printable(wards.join(", ")),
      ]);
      result(page, table(["ID", "STANDING", "ROLE", "NAME", "WARDS"], rows));
    });
  for (const [act, words] of Object.entries(ACTS)) {
    staff
      .command(`${act} <id>`)
      .description(words)
      .option("--reason <CODE>", "a word for the audit", "by-hand")
      .action(async (id: string, { reason }: { reason: string }) => {
        const person = await (await FleetClient.open()).call(
          "POST",
          `/v1/staff/${encodeURIComponent(id)}/${act}`,
          Person,
          { reason },
        );
        result(person, `${printable(`${person.givenName} ${person.familyName}`)}: ${person.standing}`);
      });
  }
  staff
    .command("code <id>")
    .description("Make a one-time code that opens a kiosk for her; shown once")
    .action(async (id: string) => {
      const path = `/v1/staff/${encodeURIComponent(id)}/code`;
      const made = await (await FleetClient.open()).call("POST", path, OneTimeCode);
      result({ staffId: id, ...made }, `For one use within ten minutes, shown this once: ${made.code}`);
    });
  emergencyCardCommand(staff, { result });
  staff
    .command("import <file>")
    .description("Plan an import from a CSV file; nothing changes before it is applied")
    .requiredOption("--source <NAME>", "which list this is: hr, agency")
    .option("--time-zone <ZONE>", "in which end dates are meant", "Europe/Rome")
    .option("--delimiter <CHARACTER>")
    .option("--apply", "apply the plan when no row is wrong")
    .option("--accept-leavers", "also when many people would leave")
    .action(
      async (
        file: string,
        options: { source: string; timeZone: string; delimiter?: string; apply?: boolean; acceptLeavers?: boolean },
      ) => {
        const client = await FleetClient.open();
        const query = new URLSearchParams({
          source: options.source,
          timeZone: options.timeZone,
          ...(options.delimiter === undefined ? {} : { delimiter: options.delimiter }),
        });
        const csv = Readable.toWeb(createReadStream(resolve(file)));
        const plan = await client.upload(`/v1/staff/imports/csv?${query}`, "text/csv", csv, Plan);
        const faults = plan.faults.map(({ line, code, field }) => [String(line), code, field ?? ""]);
        const words = `Plan ${plan.id}: ${plan.adds} new, ${plan.changes} changed, ${plan.leavers} leave, ${plan.unchanged} as before, ${plan.faultCount} rows wrong${plan.leaversGuarded ? "\nUnusually many would leave: --accept-leavers if that is meant" : ""}`;
        const shown = plan.faultCount === 0 ? words : `${words}\n${table(["LINE", "CODE", "FIELD"], faults)}`;
        if (options.apply !== true || plan.faultCount > 0) return result(plan, shown);
        const body = { acceptLeavers: options.acceptLeavers === true };
        const applied = await client.call(
          "POST",
          `/v1/staff/imports/${encodeURIComponent(plan.id)}/apply`,
          Applied,
          body,
        );
        result({ plan, applied }, `${shown}\nApplied.`);
      },
    );

  const operator = program.command("operator").description("Who may supervise enrolments at kiosks");
  operator
    .command("appoint <id>")
    .description("Give a person an operator code of their own; shown once")
    .option("--ward <WARD...>", "only in these wards")
    .action(async (id: string, { ward }: { ward?: string[] }) => {
      const path = `/v1/operators/${encodeURIComponent(id)}`;
      const { code } = await (await FleetClient.open()).call("PUT", path, z.object({ code: z.string() }), {
        wards: ward ?? null,
      });
      result({ staffId: id, code }, `Their code, shown this once: ${code}`);
    });
  operator
    .command("dismiss <id>")
    .description("Their code opens nothing any more")
    .action(async (id: string) => {
      await (await FleetClient.open()).call("DELETE", `/v1/operators/${encodeURIComponent(id)}`, z.null());
      result({ staffId: id }, "Dismissed.");
    });
};
