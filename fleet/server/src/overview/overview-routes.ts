import { SiteOverview } from "@wardkey/protocol/fleet";
import type { ApiServer } from "../platform/http/api-server.js";
import { createFleetOverview, type OverviewSources } from "./fleet-overview.js";

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
}
