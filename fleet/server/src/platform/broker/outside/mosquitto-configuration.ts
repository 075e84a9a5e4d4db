import { MAX_DOWN_BYTES } from "@wardkey/protocol/fleet";
import { initialDynamicSecurity } from "./dynamic-security.js";
import type { LinkAddress } from "./fleet-link.js";

/** Where Debian's package puts it on this kind of machine. */
const PLUGIN = "/usr/lib/x86_64-linux-gnu/mosquitto_dynamic_security.so";

export interface MosquittoSettings {
  readonly site: string;
  /** Holds the files below, the certificates named here, and Mosquitto's own data. */
  readonly folder: string;
  readonly devices: LinkAddress;
  /** For the fleet servers alone: an address that devices do not reach. */
  readonly fleet: LinkAddress;
  readonly plugin?: string;
}

/**
 * Everything that Mosquitto 2.0 needs besides certificates: `devices-ca.pem` (the site's roots and intermediates),
 * `fleet-ca.pem` (who signed the fleet's link certificate, and nobody's else), `server.pem` and `server.key`.
 * `dynamic-security.json` is for the first start alone; Mosquitto writes it afterwards.
 */
export function mosquittoConfiguration(settings: MosquittoSettings): Readonly<Record<string, string>> {
  const { folder, devices, fleet } = settings;
  const listener = (at: LinkAddress, authority: string): string[] => [
    `listener ${at.port} ${at.host}`,
    "protocol mqtt",
    `cafile ${folder}/${authority}`,
    `certfile ${folder}/server.pem`,
    `keyfile ${folder}/server.key`,
    "tls_version tlsv1.3",
    "require_certificate true",
    "use_identity_as_username true",
  ];
  const lines = [
    "per_listener_settings false",
    "allow_anonymous false",
    `plugin ${settings.plugin ?? PLUGIN}`,
    `plugin_opt_config_file ${folder}/dynamic-security.json`,
    "persistence true",
    `persistence_location ${folder}/`,
    // Mosquitto writes its file at a stop and this often: a crash loses what came since.
    "autosave_interval 60",
    "persistent_client_expiration 14d",
    `message_size_limit ${MAX_DOWN_BYTES}`,
    "max_queued_messages 1000",
    "max_inflight_messages 100",
    "max_keepalive 600",
    "log_dest stderr",
    "log_type error",
    "log_type warning",
    "",
    ...listener(devices, "devices-ca.pem"),
    // One identity, one session: nobody ends another's by its client id.
    "use_username_as_clientid true",
    "",
    ...listener(fleet, "fleet-ca.pem"),
    "",
  ];
  return {
    "mosquitto.conf": lines.join("\n"),
    "dynamic-security.json": `${JSON.stringify(initialDynamicSecurity(settings.site), null, 2)}\n`,
  };
}
