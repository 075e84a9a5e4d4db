import { isAbsolute } from "node:path";
import { z } from "zod";

const AbsolutePath = z.string().max(4096).refine(isAbsolute, "must be an absolute path");

/** The site server's configuration file. Secrets are named by their files, which are made (0600) when missing. */
export const SiteConfig = z.strictObject({
  /** Root, database, keys: closed to everybody else (0700). */
  dataDir: AbsolutePath,
  /** On loopback; 0 takes any free one. */
  port: z.number().int().min(0).max(65_535).default(7430),
  siteId: z.string().regex(/^[a-z0-9-]{1,63}$/),
  siteName: z.string().min(1).max(80),
  /** What an operator types at a kiosk to enrol a person: 4 to 32 characters. */
  operatorCodeFile: AbsolutePath,
  /** Always holds the one-time token of the next kiosk. */
  kioskBootstrapTokenFile: AbsolutePath,
  /** The built status page (fleet/console). */
  statusPageDir: AbsolutePath,
});
export type SiteConfig = z.infer<typeof SiteConfig>;
export type SiteConfigInput = z.input<typeof SiteConfig>;
