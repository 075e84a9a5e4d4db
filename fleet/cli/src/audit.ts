import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type VerifyReport, verifyArchive, verifyDatabase } from "@wardkey/fleet-server";
import { WardkeyError } from "@wardkey/protocol";
import { createSiteTrust, type SiteTrust } from "@wardkey/protocol/credential";
import { z } from "zod";
import type { CommandGroup } from "./command.js";
import { FleetClient } from "./fleet-client.js";
import { printable, table } from "./terminal.js";

const Event = z.object({
  source: z.string(),
  seq: z.number(),
  at: z.number(),
  kind: z.string(),
  body: z.record(z.string(), z.unknown()),
});
const Proposed = z.object({ id: z.string(), needs: z.number() });
const THREADS = 2;

/** `wardkey audit …`. */
export const auditCommands: CommandGroup = (program, { result }) => {
  const audit = program.command("audit").description("Who was where, and who changed what");
  const tell = (report: VerifyReport): void => {
    const { events, sources, findingsTotal, head } = report;
    const until = head === null ? "no signed head" : `a head signed at ${new Date(head.at).toISOString()}`;
    const lines = report.findings.map((finding) => printable(JSON.stringify(finding)));
    result(
      report,
      [
        `${events} events of ${sources} sources, ${until}: ${report.ok ? "whole" : `${findingsTotal} findings`}`,
        ...lines,
      ].join("\n"),
    );
    if (!report.ok)
      throw new WardkeyError("audit-damaged", "what is stored is not what was recorded: docs/operate.md, Audit alarms");
  };
  audit
    .command("verify")
    .description("Recompute every chain, the log and its signatures, from files alone")
    .requiredOption("--site <ID>", "the site's id")
    .option("--data <DIR>", "a fleet server's data folder (SQLite); it may run meanwhile")
    .option("--archive <DIR>", "an archive of the audit")
    .option("--root <FILE...>", "the site's roots, DER; with --data its own are taken")
    .action(
      async ({ site, data, archive, root }: { site: string; data?: string; archive?: string; root?: string[] }) => {
        if ((data === undefined) === (archive === undefined))
          throw new WardkeyError("misused", "say either --data or --archive");
        const trust = await trustIn(site, root ?? (data === undefined ? [] : await rootsOf(resolve(data))));
        const report =
          data === undefined
            ? await verifyArchive({ folder: resolve(archive ?? ""), trust, threads: THREADS })
            : await verifyDatabase({ path: join(resolve(data), "site.db"), trust, threads: THREADS });
        tell(report);
      },
    );
  audit
    .command("list")
    .description("The newest events")
    .option("--limit <N>", "at most 500", "50")
    .action(async ({ limit }: { limit: string }) => {
      const { events } = await (await FleetClient.open()).call(
        "GET",
        `/v1/audit/events?limit=${Number(limit)}`,
        z.object({ events: z.array(Event) }),
      );
      const rows = events.map(({ at, source, kind, body }) => [
        new Date(at).toISOString(),
        source,
        kind,
        printable(JSON.stringify(body)),
      ]);
      result({ events }, table(["AT", "SOURCE", "KIND", ""], rows));
    });
  audit
    .command("export")
    .description("Propose an export: two people approve it on the console, the file stays on the server (DATA/exports)")
    .requiredOption("--format <FORMAT>", "ndjson, ocsf, fhir-r4, fhir-r5")
    .option("--from <DATE>", "ISO 8601", "1970-01-01T00:00:00Z")
    .option("--to <DATE>", "ISO 8601; now when absent")
    .action(async ({ format, from, to }: { format: string; from: string; to?: string }) => {
      const args = { format, from: timeOf(from), to: to === undefined ? Date.now() : timeOf(to) };
      const proposed = await (await FleetClient.open()).call("POST", "/v1/approvals", Proposed, {
        kind: "audit.export",
        args,
      });
      result(proposed, `Proposed as ${proposed.id}: ${proposed.needs} people must approve it on the console.`);
    });
  audit
    .command("archive")
    .description("Propose to write the whole audit as files that verify anywhere; two people approve it on the console")
    .action(async () => {
      const asked = { kind: "audit.archive", args: {} };
      const proposed = await (await FleetClient.open()).call("POST", "/v1/approvals", Proposed, asked);
      const words = `Proposed as ${proposed.id}: ${proposed.needs} people must approve it. It comes to DATA/exports/${proposed.id}.`;
      result(proposed, words);
    });
};

function timeOf(text: string): number {
  const at = Date.parse(text);
  if (!Number.isFinite(at)) throw new WardkeyError("misused", `"${text}" is no date: 2026-11-22T09:00:00Z`);
  return at;
}

async function rootsOf(data: string): Promise<string[]> {
  const folder = join(data, "pki");
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new WardkeyError("not-a-site", `${data} holds no site`, { cause });
  });
  return names.filter((name) => name === "root.cer" || /^root-.*\.cer$/.test(name)).map((name) => join(folder, name));
}

async function trustIn(site: string, files: readonly string[]): Promise<SiteTrust> {
  const [rootCertificate, ...moreRoots] = await Promise.all(
    files.map(async (file) => Uint8Array.from(await readFile(resolve(file)))),
  );
  if (rootCertificate === undefined) throw new WardkeyError("misused", "say which root to trust: --root FILE");
  const made = createSiteTrust({ site, rootCertificate, moreRoots });
  if (!made.ok) throw new WardkeyError(made.code, "one of the roots is no root certificate in DER");
  return made.trust;
}
