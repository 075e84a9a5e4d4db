import { isAbsolute } from "node:path";
import { WardkeyError } from "@wardkey/protocol";
import { CertificateProfile } from "@wardkey/protocol/fleet";
import { z } from "zod";

const AbsolutePath = z.string().max(4096).refine(isAbsolute, "must be an absolute path");
const Id = z.string().regex(/^[a-z0-9-]{1,63}$/);
const Port = z.number().int().min(0).max(65_535);
const HostName = z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/);

/** Rights of an outside broker and where it is: docs/large-sites.md. Secrets are named by their files. */
const OutsideBroker = z.strictObject({
  kind: z.enum(["mosquitto", "rabbitmq"]),
  /** Where the fleet server reaches it, with its own certificate of name `wardkey-fleet`. */
  url: z.url({ protocol: /^mqtts$/ }).max(200),
  /** What devices are told; the same when absent. */
  publicUrl: z
    .url({ protocol: /^mqtts$/ })
    .max(200)
    .optional(),
  /** RabbitMQ's management interface. */
  managementUrl: z
    .url({ protocol: /^https?$/ })
    .max(200)
    .optional(),
  managementPasswordFile: AbsolutePath.optional(),
});

/** The fleet server's configuration file. Secrets are named by their files, which are made (0600) when missing. */
export const FleetConfig = z.strictObject({
  /** Keys, database, tickets: closed to everybody else (0700). */
  dataDir: AbsolutePath,
  siteId: Id,
  siteName: z.string().min(1).max(80),
  /** Listening address of all three; loopback unless said. */
  bind: HostName.default("127.0.0.1"),
  /** 0 takes any free one. */
  ports: z
    .strictObject({ console: Port.default(7430), devices: Port.default(7431), mqtt: Port.default(7432) })
    .default({ console: 7430, devices: 7431, mqtt: 7432 }),
  /** DNS names and addresses by which devices reach this server: they stand in its certificate. The first goes into tickets. */
  serverNames: z.array(HostName).min(1).max(16).default(["localhost", "127.0.0.1"]),
  /** The console's address as browsers see it, when a proxy with TLS stands before it. */
  consoleUrl: z
    .url({ protocol: /^https?$/ })
    .max(200)
    .optional(),
  database: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("sqlite") }),
      z.strictObject({
        kind: z.literal("postgres"),
        /** Without a password: that is libpq's `PGPASSFILE`, or peer authentication over a socket. */
        url: z
          .string()
          .regex(/^postgres(ql)?:\/\//)
          .max(500),
      }),
    ])
    .default({ kind: "sqlite" }),
  broker: z
    .discriminatedUnion("kind", [z.strictObject({ kind: z.literal("aedes") }), OutsideBroker])
    .default({ kind: "aedes" }),
  /** With which policy a new site begins. */
  profile: z.enum(["demo", "production"]).default("production"),
  /** A git checkout is the source of truth for the policy: the console takes no drafts, `wardkey policy push` brings them. */
  policyKeptInFiles: z.boolean().default(false),
  /** What the first operator types at a kiosk to enrol a person: 4 to 32 characters. */
  operatorCodeFile: AbsolutePath,
  /** Devices that are to find a ticket at the first start. */
  tickets: z
    .array(
      z.strictObject({
        device: Id,
        profile: CertificateProfile.exclude(["reader"]),
        name: z.string().min(1).max(80),
        ward: z.string().min(1).max(80),
        file: AbsolutePath,
      }),
    )
    .max(64)
    .default([]),
  /** The built console (fleet/console). */
  consolePageDir: AbsolutePath,
});
export type FleetConfig = z.infer<typeof FleetConfig>;
export type FleetConfigInput = z.input<typeof FleetConfig>;

/** Checks a configuration. Throws `config-invalid`, which names the keys that are wrong and never their values. */
export function readFleetConfig(input: unknown): FleetConfig {
  const parsed = FleetConfig.safeParse(input);
  if (parsed.success) return parsed.data;
  const keys = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`);
  throw new WardkeyError("config-invalid", `the configuration is wrong: ${keys.join("; ")}`);
}
