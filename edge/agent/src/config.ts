import { readFile } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { WardkeyError } from "@wardkey/protocol";
import { z } from "zod";
import { LockingSettings } from "./locking/index.js";

const AbsolutePath = z.string().max(1_024).refine(isAbsolute, "must be an absolute path");

export const AgentConfig = z.strictObject({
  /** Everything that this kiosk keeps: keys, certificates, lease, journal. Made 0700. */
  dataDir: AbsolutePath,
  /** Of the kiosk's page, on loopback; 0 takes any free one. */
  port: z.number().int().min(0).max(65_535).default(7410),
  /** A second place for the page's token, where the group of the shell's account reads it. */
  sharedTokenFile: AbsolutePath.optional(),
  kiosk: z.strictObject({
    id: z.string().regex(/^[a-z0-9-]{1,63}$/),
    name: z.string().min(1).max(80),
    ward: z.string().min(1).max(80),
  }),
  profile: z.enum(["demo", "production"]),
  site: z.strictObject({
    /** The one-time ticket that somebody carries here, JSON. A fresh one makes this kiosk somebody new. */
    ticketFile: AbsolutePath,
    /** 32 bytes in base64url that seal the table of template keys: a systemd credential, for one. Made in `dataDir` when absent. */
    sealingKeyFile: AbsolutePath.optional(),
  }),
  radio: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("virtual"), socketPath: AbsolutePath, name: z.string().min(1).max(32) }),
    z.strictObject({
      kind: z.literal("bluetooth"),
      /** As the kernel names it; the first that is switched on when absent. */
      adapter: z
        .string()
        .regex(/^hci\d{1,2}$/)
        .optional(),
    }),
  ]),
  camera: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("page") }),
    z.strictObject({ kind: z.literal("device"), path: AbsolutePath }),
    z.strictObject({ kind: z.literal("file"), path: AbsolutePath }),
  ]),
  /** Badge readers and relays over USB HID, by the profiles of this version and those that the fleet signed; none unless this says so. */
  peripherals: z.strictObject({ kind: z.enum(["none", "hid"]) }).optional(),
  /** What is locked beside the kiosk's own screen; nothing unless this says so. */
  locking: LockingSettings.optional(),
  /** Names, as the kernel gives them, of the cameras that production accepts. */
  allowedCameras: z.array(z.string().min(1).max(80)).max(64).default([]),
  pageDir: AbsolutePath,
  modelsDir: AbsolutePath,
});
export type AgentConfig = z.infer<typeof AgentConfig>;

/** Reads and checks a configuration. Throws `config-missing` or `config-invalid`, which names the keys that are wrong. */
export async function readConfig(file: string): Promise<AgentConfig> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new WardkeyError("config-missing", `no configuration at ${file}`, { cause });
  });
  const parsed = AgentConfig.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const keys = parsed.error.issues.map((issue) => `${issue.path.join(".") || "(whole)"}: ${issue.message}`);
  throw new WardkeyError("config-invalid", `${file}: ${keys.join("; ")}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
