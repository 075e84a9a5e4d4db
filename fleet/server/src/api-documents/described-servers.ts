import { pino } from "pino";
import { deviceAdminRoutes, kioskRoutes } from "../devices/index.js";
import { m2mRoutes } from "../m2m/index.js";
import { estRoutes } from "../pki/index.js";
import { authRoutes } from "../platform/auth/index.js";
import { type ApiServer, createApiServer } from "../platform/http/api-server.js";
import { openApiRoute } from "../platform/http/openapi.js";
import { healthRoutes } from "../platform/telemetry/health.js";
import { kioskStaffRoutes } from "../staff/index.js";
import { inert } from "./inert.js";

export interface DescribedServers {
  readonly console: ApiServer;
  readonly device: ApiServer;
}

/** Both listeners with every route of every capability, and nothing behind them: they answer nobody. */
export async function describedServers(): Promise<DescribedServers> {
  const logger = pino({ level: "silent" });
  const authorize = async (): Promise<void> => undefined;
  const console = await createApiServer({ logger, authorize, offers: (access) => access !== "device" });
  healthRoutes(console, []);
  openApiRoute(console, inert());
  authRoutes(console, inert());
  deviceAdminRoutes(console, inert());
  m2mRoutes(console, inert());

  const device = await createApiServer({
    logger,
    authorize,
    offers: (access) => access === "device" || access === "public",
  });
  kioskRoutes(device, inert());
  kioskStaffRoutes(device, inert());
  estRoutes({ ...inert<Parameters<typeof estRoutes>[0]>(), http: device }, inert());
  await console.ready();
  await device.ready();
  return { console, device };
}
