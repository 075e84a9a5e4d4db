import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readCheckout } from "@wardkey/fleet-server";
import { WardkeyError } from "@wardkey/protocol";
import {
  type DeviceFacts,
  diffReport,
  disassemble,
  explainReport,
  lintReport,
  PolicyContent,
  type PolicyReport,
} from "@wardkey/protocol/policy";
import type { Command } from "commander";
import { z } from "zod";
import type { CommandGroup } from "./command.js";
import { FleetClient } from "./fleet-client.js";
import { printable, table } from "./terminal.js";

const Saved = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("saved"), draft: z.object({ id: z.string(), revision: z.number() }) }),
  z.object({ outcome: z.literal("conflict") }),
  z.object({
    outcome: z.literal("malformed"),
    findings: z.array(z.object({ code: z.string(), path: z.string(), text: z.string() })),
  }),
]);
const Proposed = z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.literal("proposed"),
    approval: z.string(),
    needs: z.number(),
    version: z.number(),
    digest: z.string(),
    weakening: z.boolean(),
  }),
  z.object({
    outcome: z.literal("refused"),
    code: z.string(),
    findings: z.array(z.object({ code: z.string(), path: z.string(), text: z.string() })),
  }),
]);
const Approval = z.object({ state: z.string(), code: z.string().nullable() });
const Version = z.object({
  version: z.number(),
  digest: z.string(),
  publishedAt: z.number(),
  by: z.string(),
  note: z.string(),
});
const Status = z.object({
  version: z.number(),
  digest: z.string(),
  by: z.string(),
  expiresAt: z.number(),
  concerns: z.array(z.string()),
  rollout: z
    .object({
      version: z.number(),
      status: z.string(),
      percent: z.number(),
      reason: z.string().nullable(),
      verdict: z.string(),
    })
    .nullable(),
});
const Rollout = z.unknown();

const ASK_EVERY_MS = 2_000;

interface FactOptions {
  readonly device?: string;
  readonly kind?: string;
  readonly ward?: string;
  readonly tag?: string[];
}
const facts = (command: Command): Command =>
  command
    .option("--kind <KIND>", "kiosk, medical-device, service", "kiosk")
    .option("--ward <WARD>", "the device's ward", "")
    .option("--tag <TAG...>", "the device's tags");
const Kind = z.enum(["kiosk", "medical-device", "service"]);
const factsOf = (device: string, { kind, ward, tag }: FactOptions): DeviceFacts => {
  const known = Kind.safeParse(kind);
  if (!known.success) throw new WardkeyError("kind-unknown", "a kind is kiosk, medical-device or service");
  return { device, kind: known.data, ward: ward ?? "", tags: tag ?? [] };
};

/** `wardkey policy …`: a folder of JSON files (base.json, groups/, devices/), as a git checkout keeps it. */
export const policyCommands: CommandGroup = (program, { result }) => {
  const policy = program.command("policy").description("What kiosks ask for before they unlock, and for how long");
  const tell = (report: PolicyReport): void => {
    result(report.data, report.lines.map(printable).join("\n"));
    if (!report.ok) throw new WardkeyError("policy-refused", "this policy cannot be signed as it is");
  };
  const files = async (folder: string) => ({ files: await readCheckout(resolve(folder)) });

  policy
    .command("lint <folder>")
    .description("Whether it could be signed, and what looks unintended")
    .action(async (folder: string) => tell(lintReport(await files(folder))));
  facts(policy.command("diff <folder> [other]"))
    .description("What another folder, or the policy in force, says differently, and where it is weaker")
    .option("--device <ID>", "also what changes for this device")
    .action(async (folder: string, other: string | undefined, options: FactOptions) => {
      const next = await files(folder);
      const previous = other === undefined ? { content: await inForce() } : await files(other);
      const device = options.device === undefined ? {} : { device: factsOf(options.device, options) };
      tell(diffReport(previous, next, device));
    });
  facts(policy.command("explain <folder> <device>"))
    .description("Every setting of one device, and which layer said it")
    .action(async (folder: string, device: string, options: FactOptions) =>
      tell(explainReport(await files(folder), factsOf(device, options))),
    );
  policy
    .command("pull <folder>")
    .description("Write the policy in force as files, to begin a checkout; files that are there are left alone")
    .action(async (folder: string) => {
      const files = disassemble(await inForce());
      for (const [path, text] of files) {
        const file = join(resolve(folder), path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text, { flag: "wx" });
      }
      result({ folder: resolve(folder), files: [...files.keys()] }, `Wrote ${[...files.keys()].join(", ")}`);
    });
  policy
    .command("push <folder>")
    .description("Bring the folder to the server as a draft")
    .action(async (folder: string) => {
      const saved = await push(folder);
      result(
        saved,
        `It is draft ${saved.id}, revision ${saved.revision}. Propose it: wardkey policy sign ${saved.id} ${saved.revision}`,
      );
    });
  policy
    .command("sign <draft> <revision>")
    .description("Propose a draft, and wait until people approved it with their passkeys on the console")
    .option("--at-once", "to every device at once instead of ring by ring")
    .option("--no-wait", "do not wait")
    .action(async (draft: string, revision: string, options: { atOnce?: boolean; wait: boolean }) => {
      const client = await FleetClient.open();
      const body = { revision: Number(revision), pace: options.atOnce === true ? "at-once" : "rings" };
      const proposed = await client.call(
        "POST",
        `/v1/policy/drafts/${encodeURIComponent(draft)}/propose`,
        Proposed,
        body,
      );
      if (proposed.outcome === "refused") throw new WardkeyError(proposed.code, findingsOf(proposed.findings));
      const words = `Version ${proposed.version}${proposed.weakening ? " is weaker somewhere and" : ""} waits for ${proposed.needs === 2 ? "two people" : "approval"} on the console: approval ${proposed.approval}`;
      if (!options.wait) return result(proposed, words);
      program.configureOutput().writeErr?.(`${words}\n`);
      for (;;) {
        const { state, code } = await client.call(
          "GET",
          `/v1/approvals/${encodeURIComponent(proposed.approval)}`,
          Approval,
        );
        if (state === "executed")
          return result({ ...proposed, state }, `Version ${proposed.version} is signed and on its way.`);
        if (state !== "proposed" && state !== "approved")
          throw new WardkeyError(code ?? `approval-${state}`, "it was not approved");
        await pause(ASK_EVERY_MS);
      }
    });
  policy
    .command("status")
    .description("The version in force and its roll-out")
    .action(async () => {
      const status = await (await FleetClient.open()).call("GET", "/v1/policy", Status);
      const { rollout } = status;
      const rolling =
        rollout === null
          ? ""
          : `\nRolling out ${rollout.version}: ${rollout.status}, ${rollout.percent} %, ${rollout.reason ?? rollout.verdict}`;
      result(
        status,
        `Version ${status.version} by ${printable(status.by)}, until ${new Date(status.expiresAt).toISOString()}${rolling}\n${status.concerns.join("\n")}`.trimEnd(),
      );
    });
  policy
    .command("versions")
    .description("The newest hundred")
    .action(async () => {
      const { versions } = await (await FleetClient.open()).call(
        "GET",
        "/v1/policy/versions",
        z.object({ versions: z.array(Version) }),
      );
      const rows = versions.map(({ version, publishedAt, by, note }) => [
        String(version),
        new Date(publishedAt).toISOString(),
        by,
        printable(note),
      ]);
      result({ versions }, table(["VERSION", "PUBLISHED", "BY", "NOTE"], rows));
    });
  const rollout = policy.command("rollout").description("The roll-out that is under way");
  for (const act of ["halt", "resume", "abort"] as const) {
    rollout
      .command(act)
      .description(
        { halt: "Stop where it is", resume: "Go on", abort: "Back to the version before, for everybody" }[act],
      )
      .action(async () => {
        const body = act === "halt" ? { reason: "by-hand" } : undefined;
        result(await (await FleetClient.open()).call("POST", `/v1/policy/rollout/${act}`, Rollout, body), "Done.");
      });
  }
};

async function push(folder: string): Promise<{ id: string; revision: number }> {
  const read = await readCheckout(resolve(folder));
  const saved = await (await FleetClient.open()).call("POST", "/v1/policy/checkouts", Saved, {
    files: Object.fromEntries(read),
  });
  switch (saved.outcome) {
    case "saved":
      return saved.draft;
    case "malformed":
      throw new WardkeyError("policy-malformed", findingsOf(saved.findings));
    case "conflict":
      throw new WardkeyError(
        "policy-draft-conflict",
        "somebody else saved this draft meanwhile: look at it on the console",
      );
  }
}

const findingsOf = (findings: readonly { code: string; path: string; text: string }[]): string =>
  findings.map(({ code, path, text }) => `${code} ${path}: ${printable(text)}`).join("\n") || "it was refused";

async function inForce(): Promise<PolicyContent> {
  const client = await FleetClient.open();
  const { version } = await client.call("GET", "/v1/policy", Status);
  const { document } = await client.call(
    "GET",
    `/v1/policy/versions/${version}`,
    z.object({ document: z.looseObject({}) }),
  );
  const { version: _version, issuedAt: _issuedAt, expiresAt: _expiresAt, ...content } = document;
  return PolicyContent.parse(content);
}
