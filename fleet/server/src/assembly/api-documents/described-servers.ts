import { WardkeyError } from "@wardkey/protocol";
import { pino } from "pino";
import { type ApiServer, createApiServer } from "../../platform/http/api-server.js";
import type { DeviceServer } from "../../platform/http/device-server.js";
import { consoleRoutes, deviceRoutes, type Served } from "../routes.js";
import { inert } from "./inert.js";

export interface DescribedServers {
  readonly console: ApiServer;
  readonly device: ApiServer;
}

/** Both listeners with every route that the fleet server has, and nothing behind them: they answer nobody. */
export async function describedServers(): Promise<DescribedServers> {
  const logger = pino({ level: "silent" });
  const authorize = async (): Promise<void> => undefined;
  const console = await createApiServer({ logger, authorize, offers: (access) => access !== "device" });
  const device = await createApiServer({
    logger,
    authorize,
    offers: (access) => access === "device" || access === "public",
  });
  const served = inert<Served>({ rules: { policies: inert(), rollouts: inert() } });
  consoleRoutes(console, served, () => device);
  deviceRoutes(listener(device), served);
  await console.ready();
  await device.ready();
  return { console, device };
}

function listener(http: ApiServer): DeviceServer {
  const nobody = (): never => {
    throw new WardkeyError("inert-part-used", "a described server serves nobody");
  };
  return {
    http,
    callerOf: nobody,
    peerOf: nobody,
    rotateTicketKeys: nobody,
    listen: async () => nobody(),
    close: () => http.close(),
  };
}
