import { isAbsolute } from "node:path";
import { WardkeyError } from "@wardkey/protocol";
import { DEFAULT_QUOTA } from "@wardkey/protocol/tap";
import { z } from "zod";
import { MAX_RELEASES } from "./vault/index.js";

/** The vault remembers no more than this many releases of an hour, so no limit lies above it. */
const ReleaseLimit = z.number().int().min(1).max(MAX_RELEASES);
const AbsolutePath = z.string().max(4096).refine(isAbsolute, "must be an absolute path");

/** The wallet's configuration; every path is absolute. */
export const WalletConfig = z.strictObject({
  /** Made 0700; holds the vault, its key file, the lock and the page's token. */
  dataDir: AbsolutePath,
  /** 0 takes any free port. */
  port: z.number().int().min(0).max(65_535).default(7420),
  /** DER of the one site root that an enrolment may bring; any root whose digest the kiosk's code names when absent. */
  rootCertificateFile: AbsolutePath.optional(),
  radio: z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("virtual"),
      socketPath: AbsolutePath,
      /** This phone among the room's participants. */
      name: z.string().min(1).max(63),
      /** The kiosk among the room's participants: the distance slider measures from it. */
      kiosk: z.string().min(1).max(63),
    }),
    z.strictObject({ kind: z.literal("bluetooth") }),
  ]),
  pageDir: AbsolutePath,
  /** Releases in an hour, where the site's policy says other than 20 to one kiosk and 60 in all. */
  releaseLimits: z
    .strictObject({ perKiosk: ReleaseLimit, all: ReleaseLimit })
    .default({ perKiosk: DEFAULT_QUOTA.perKiosk, all: DEFAULT_QUOTA.all }),
  advertisingIntervalMs: z.number().int().min(20).max(10_240).default(100),
});
export type WalletConfig = z.infer<typeof WalletConfig>;
export type WalletConfigInput = z.input<typeof WalletConfig>;

/** Refuses with `config-invalid`, naming the first key that is wrong and why. */
export function parseConfig(value: unknown): WalletConfig {
  const parsed = WalletConfig.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WardkeyError("config-invalid", `${issue?.path.join(".") || "config"}: ${issue?.message ?? "invalid"}`);
}
