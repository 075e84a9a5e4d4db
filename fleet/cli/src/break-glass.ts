import { Argument, type Command } from "commander";
import { z } from "zod";
import type { CommandGroup, Context } from "./command.js";
import { FleetClient } from "./fleet-client.js";
import { table } from "./terminal.js";

const Emergency = z.object({
  session: z.string(),
  kiosk: z.string(),
  staffId: z.string(),
  second: z.string().nullable(),
  reason: z.string(),
  openedAt: z.number(),
  reviewBy: z.number(),
  reused: z.boolean(),
  overdue: z.boolean(),
  state: z.enum(["open", "half", "justified", "unjustified"]),
});
const Emergencies = z.object({ emergencies: z.array(Emergency) });
const Card = z.object({ card: z.string(), code: z.string() });
const OUTCOMES = ["justified", "unjustified"] as const;

/** `wardkey break-glass …`. */
export const breakGlassCommands: CommandGroup = (program, { result }) => {
  const group = program.command("break-glass").description("Emergencies at kiosks, and their review");
  group
    .command("list")
    .description("Every time that somebody broke the glass, newest first")
    .option("--limit <N>", "at most 500", "100")
    .action(async ({ limit }: { limit: string }) => {
      const path = `/v1/break-glass?${new URLSearchParams({ limit })}`;
      const told = await (await FleetClient.open()).call("GET", path, Emergencies);
      const rows = told.emergencies.map(({ session, openedAt, kiosk, staffId, second, reason, ...each }) => [
        session,
        new Date(openedAt).toISOString(),
        kiosk,
        second === null ? staffId : `${staffId} + ${second}`,
        reason,
        [each.state, ...(each.overdue ? ["overdue"] : []), ...(each.reused ? ["reused"] : [])].join(", "),
      ]);
      result(told, table(["SESSION", "OPENED", "KIOSK", "WHO", "WHY", "REVIEW"], rows));
    });
  group
    .command("review")
    .argument("<session>")
    .addArgument(new Argument("<outcome>").choices(OUTCOMES))
    .description("Say whether it was justified or unjustified; nobody reviews their own")
    .action(async (session: string, outcome: string) => {
      const path = `/v1/break-glass/${encodeURIComponent(session)}/review`;
      const reviewed = await (await FleetClient.open()).call("POST", path, Emergency, { outcome });
      result(reviewed, reviewed.state === "half" ? "Noted. A second person has to look at it." : `${reviewed.state}.`);
    });
};

/** `wardkey staff emergency-card ID`, beside the person's other codes. */
export function emergencyCardCommand(staff: Command, { result }: Pick<Context, "result">): void {
  staff
    .command("emergency-card <id>")
    .description("Make a card for one emergency, its code shown once; or take one back")
    .option("--revoke <CARD>", "its first four letters")
    .action(async (id: string, { revoke }: { revoke?: string }) => {
      const path = `/v1/staff/${encodeURIComponent(id)}/emergency-cards`;
      const client = await FleetClient.open();
      if (revoke !== undefined) {
        await client.call("DELETE", `${path}/${encodeURIComponent(revoke.toUpperCase())}`, z.null());
        return result({ staffId: id, card: revoke }, "Taken back: kiosks that hear of it open nothing by it.");
      }
      const made = await client.call("POST", path, Card);
      result({ staffId: id, ...made }, `For one emergency, shown this once: ${made.code}`);
    });
}
