import { isAbsolute } from "node:path";
import { WardkeyError } from "@wardkey/protocol";
import { CertificateProfile } from "@wardkey/protocol/fleet";
import { z } from "zod";
import { IMPORT_FIELDS } from "./staff/index.js";

const AbsolutePath = z.string().max(4096).refine(isAbsolute, "must be an absolute path");
const Id = z.string().regex(/^[a-z0-9-]{1,63}$/);
const Port = z.number().int().min(0).max(65_535);
const HostName = z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/);

const MqttUrl = z.url({ protocol: /^mqtts$/ }).max(200);
/** Where an outside broker is: docs/large-sites.md. Secrets are named by their files. */
const Outside = {
  /** Where the fleet servers reach it, with their own certificate of name `wardkey-fleet`. */
  fleetUrl: MqttUrl,
  /** What devices are told. */
  devicesUrl: MqttUrl,
  /** PEM: who signed the broker's own certificate; the site's roots when absent. */
  caFile: AbsolutePath.optional(),
} as const;
const Broker = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("aedes") }),
  z.strictObject({ kind: z.literal("mosquitto"), ...Outside }),
  z.strictObject({
    kind: z.literal("rabbitmq"),
    ...Outside,
    /** RabbitMQ's management interface, by which rights are given and taken. */
    management: z.strictObject({
      url: z.url({ protocol: /^https?$/ }).max(200),
      name: z.string().min(1).max(64),
      passwordFile: AbsolutePath,
    }),
  }),
]);

/** A directory from which people are imported (LDAPS, or LDAP turned into TLS). */
const Directory = z.strictObject({
  url: z.url({ protocol: /^ldaps?$/ }).max(200),
  caFile: AbsolutePath.optional(),
  bindDn: z.string().min(1).max(500),
  bindSecretFile: AbsolutePath,
  base: z.string().min(1).max(500),
  filter: z.string().min(1).max(500),
  /** Which attribute holds which field. */
  attributes: z.partialRecord(z.enum(IMPORT_FIELDS), z.string().min(1).max(64)),
  /** In which the directory means its dates: `Europe/Rome`. */
  timeZone: z.string().min(1).max(64),
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
  broker: Broker.default({ kind: "aedes" }),
  /** With which policy a new site begins. */
  profile: z.enum(["demo", "production"]).default("production"),
  /** A git checkout is the source of truth for the policy: the console takes no drafts, `wardkey policy push` brings them. */
  policyKeptInFiles: z.boolean().default(false),
  /** LDAP directories by the name of their source. */
  directories: z.record(Id, Directory).default({}),
  /** How people are enrolled. */
  staff: z
    .strictObject({
      /** A second operator confirms each enrolment with their own code. */
      secondOperator: z.boolean().default(false),
      /** Name of the consent text in force, which an enrolment with a face must give; `null`: consent is kept elsewhere. */
      consentText: z
        .string()
        .regex(/^[a-z0-9-]{1,63}$/)
        .nullable()
        .default(null),
      /** How long the record of somebody who left is kept for the audit. */
      leaverRetentionDays: z.number().int().min(1).max(3_650).optional(),
    })
    .default({ secondOperator: false, consentText: null }),
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
