import { z } from "zod";
import { type Administrator, administratorOf } from "../platform/http/access.js";
import type { ApiServer } from "../platform/http/api-server.js";
import { type ProblemTitles, Refusal } from "../platform/http/problem.js";
import { PUBLISH_PROFILES } from "./approval.js";
import type { ProfileBundles } from "./bundles.js";

export const peripheralProblemTitles: ProblemTitles = {
  "profiles-unreadable": "No kiosk could read these profiles",
  "profiles-too-large": "These profiles are too large for one message",
  "profiles-older": "Newer profiles were published meanwhile: propose again",
  "profiles-proposal-unknown": "These profiles were not proposed here",
};

const tags = ["peripherals"];
const Id = z.string().regex(/^[a-z0-9-]{1,63}$/);
const View = z.strictObject({
  /** `null`: kiosks know what came with their version, and nothing else. */
  inForce: z
    .strictObject({
      version: z.number(),
      digest: z.string(),
      by: z.string(),
      publishedAt: z.number(),
      profiles: z.array(z.strictObject({ id: Id, kind: z.string(), name: z.string() })),
      retired: z.array(Id),
    })
    .nullable(),
});
const Body = z.strictObject({
  /** As in firmware-profiles: docs/hardware.md. */
  profiles: z.array(z.record(z.string().max(40), z.unknown())).max(200),
  /** Ids that kiosks no longer use. */
  retired: z.array(Id).max(200),
});
const Answer = z.strictObject({
  version: z.number(),
  digest: z.string(),
  approval: z.uuid(),
  needs: z.number(),
});

/** Profiles of badge readers and relays for every kiosk of the site, on the console listener. */
export function peripheralRoutes(
  server: ApiServer,
  parts: {
    bundles: Pick<ProfileBundles, "propose" | "inForce">;
    approve(about: { kind: string; args: unknown; by: Administrator }): Promise<{ id: string; needs: 1 | 2 }>;
  },
): void {
  server.route({
    method: "GET",
    url: "/v1/peripherals/profiles",
    schema: { tags, summary: "The profiles that this site adds to its kiosks' own", response: { 200: View } },
    config: { access: { role: "viewer" } },
    handler: async () => {
      const inForce = await parts.bundles.inForce();
      if (inForce === null) return { inForce: null };
      const { version, digest, by, publishedAt, bundle } = inForce;
      const profiles = bundle.profiles.map(({ id, kind, name }) => ({ id, kind, name }));
      return { inForce: { version, digest, by, publishedAt, profiles, retired: bundle.retired } };
    },
  });
  server.route({
    method: "POST",
    url: "/v1/peripherals/profiles",
    schema: {
      tags,
      summary: "Propose the whole set of profiles that this site adds or retires; two people approve it",
      body: Body,
      response: { 202: Answer },
    },
    config: { access: { role: "security-officer" } },
    handler: async (request, reply) => {
      const by = administratorOf(request);
      const proposed = await parts.bundles.propose({ ...request.body, by: by.id });
      if (!proposed.ok) throw new Refusal(422, proposed.code, { keys: proposed.keys });
      const { version, digest } = proposed;
      const { id, needs } = await parts.approve({ kind: PUBLISH_PROFILES, args: { version, digest }, by });
      return reply.code(202).send({ version, digest, approval: id, needs });
    },
  });
}
