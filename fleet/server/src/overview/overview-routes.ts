import { SiteOverview } from "@wardkey/protocol/fleet";
import { z } from "zod";
import type { ApiServer } from "../platform/http/api-server.js";
import { createFleetOverview, type OverviewSources } from "./fleet-overview.js";
import { createWardMap } from "./ward-map.js";

const Count = z.number().int().nonnegative();
const Ward = z.strictObject({
  ward: z.string(),
  devices: Count,
  expected: Count,
  kiosks: Count,
  online: Count,
  unlocked: Count,
  critical: Count,
  warning: Count,
});

/** What the status page polls; on the console listener. */
export function siteOverviewRoutes(server: ApiServer, sources: OverviewSources): void {
  let overview: ReturnType<typeof createFleetOverview> | null = null;
  server.route({
    method: "GET",
    url: "/v1/overview",
    schema: { tags: ["overview"], summary: "The site at a glance", response: { 200: SiteOverview } },
    config: { access: "page-token" },
    handler: () => {
      overview ??= createFleetOverview(sources);
      return overview.read();
    },
  });
  const map = createWardMap({
    listing: { page: (query) => sources.machines.devices.listing.page(query) },
    now: sources.now,
  });
  server.route({
    method: "GET",
    url: "/v1/wards",
    schema: {
      tags: ["overview"],
      summary: "Every ward: its devices, who is heard, what is wrong",
      response: { 200: z.strictObject({ wards: z.array(Ward) }) },
    },
    config: { access: { role: "viewer" } },
    handler: async () => ({ wards: [...(await map.read())] }),
  });
}
