import { z } from "zod";
import { Refusal } from "../platform/http/problem.js";
import type { Approved, ProfileBundles } from "./bundles.js";

export const PUBLISH_PROFILES = "peripherals.publish";
const Args: z.ZodType<Approved> = z.strictObject({
  version: z.number().int().min(1),
  digest: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});

/** For `approvals.register(PUBLISH_PROFILES, …)`: two people, for what every kiosk then reads from its USB ports. */
export function profilesApproval(bundles: Pick<ProfileBundles, "publish">) {
  return {
    schema: Args,
    role: "security-officer" as const,
    weight: (): 2 => 2,
    summary: ({ version }: Approved): string => `Publish version ${version} of the site's profiles of peripherals`,
    async execute(args: Approved): Promise<Approved> {
      const published = await bundles.publish(args);
      if (!published.ok) throw new Refusal(409, published.code);
      return { version: published.version, digest: published.digest };
    },
  };
}
