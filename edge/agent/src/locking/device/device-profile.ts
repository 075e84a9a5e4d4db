import { readFile } from "node:fs/promises";
import { WardkeyError } from "@wardkey/protocol";
import { z } from "zod";

const Channel = z.number().int().min(1).max(64);
const Milliseconds = z.number().int().min(1).max(10_000);
const State = z.enum(["locked", "usable"]);

/** A relay that is kept on while the device is in one state; without power the device is in the other one. */
const Hold = z.strictObject({
  kind: z.literal("relay"),
  use: z.literal("hold"),
  /** Name of the board's profile; any board when absent. */
  board: z.string().min(1).max(80).optional(),
  channel: Channel,
  /** What the device is while the relay is on. */
  on: State,
});

/** A device that stays as it is, and takes one pulse to lock and one, over another relay, to unlock. */
const Pulse = z.strictObject({
  kind: z.literal("relay"),
  use: z.literal("pulse"),
  board: z.string().min(1).max(80).optional(),
  lock: z.strictObject({ channel: Channel, ms: Milliseconds }),
  unlock: z.strictObject({ channel: Channel, ms: Milliseconds }),
});

const Words = z.string().min(1).max(200);
const Order = z.strictObject({ say: Words, expect: Words });

/** A device that takes its orders as lines of text over TCP: itself, or a serial port behind a converter. */
const Lines = z.strictObject({
  kind: z.literal("lines"),
  host: z.union([z.ipv4(), z.ipv6()]),
  port: z.number().int().min(1).max(65_535),
  /** Ends each line, both ways. */
  ending: z.enum(["\n", "\r\n", "\r"]).default("\r\n"),
  lock: Order,
  unlock: Order,
  /** How it is asked what it is; without it nobody notices what others do to it. */
  state: z.strictObject({ say: Words, locked: Words, usable: Words }).optional(),
  /** Longest wait for an answer. */
  withinMs: Milliseconds.default(1_000),
});

/** How a medical device is locked, as data. `safe` is what it is left in when the agent lets go of it in order. */
export const DeviceProfile = z
  .strictObject({
    schema: z.literal("wardkey.locked-device/1"),
    name: z.string().min(1).max(80),
    safe: State,
    interface: z.union([Hold, Pulse, Lines]),
  })
  .superRefine(({ safe, interface: by }, context) => {
    if (by.kind !== "relay") return;
    const path = ["interface"];
    if (by.use === "hold" && by.on === safe) {
      context.addIssue({
        code: "custom",
        path,
        message: "without power the relay is off: that must be the safe state",
      });
    }
    if (by.use === "pulse" && by.lock.channel === by.unlock.channel) {
      context.addIssue({ code: "custom", path, message: "one relay for both: nobody would know what it is" });
    }
  });
export type DeviceProfile = z.infer<typeof DeviceProfile>;
export type RelayUse = Extract<DeviceProfile["interface"], { kind: "relay" }>;
export type LineInterface = z.infer<typeof Lines>;

/** Reads a profile. Throws `device-profile-missing`, `device-profile-invalid` with the keys that are wrong. */
export async function readDeviceProfile(file: string): Promise<DeviceProfile> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new WardkeyError("device-profile-missing", `no device profile at ${file}`, { cause });
  });
  const parsed = DeviceProfile.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const keys = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "(whole)"}: ${message}`);
  throw new WardkeyError("device-profile-invalid", `${file}: ${keys.join("; ")}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
