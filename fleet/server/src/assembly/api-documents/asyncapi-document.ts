import {
  type ALL_KINDS,
  DownBodies,
  type DownKind,
  EventMessage,
  MAX_DOWN_BYTES,
  MAX_UP_BYTES,
  ReportedMessage,
  ResponseMessage,
  StatusMessage,
  topics,
} from "@wardkey/protocol/fleet";
import { z } from "zod";

type Json = Record<string, unknown>;

const ID = { description: "[a-z0-9-]{1,63}" };
const [SITE, DEVICE, REQUEST] = ["{site}", "{device}", "{request}"];

interface Upward {
  readonly name: string;
  readonly topic: string;
  readonly summary: string;
  readonly retained: boolean;
  readonly schema: z.ZodType;
}

const UP: readonly Upward[] = [
  {
    name: "status",
    topic: topics.status(SITE, DEVICE),
    summary: "Birth and last will, with the session counter",
    retained: true,
    schema: StatusMessage,
  },
  {
    name: "reported",
    topic: topics.reported(SITE, DEVICE),
    summary: "The reported half of the shadow",
    retained: true,
    schema: ReportedMessage,
  },
  {
    name: "event",
    topic: topics.event(SITE, DEVICE),
    summary: "Journal entries in order, at least once, and signed checkpoints",
    retained: false,
    schema: EventMessage,
  },
  {
    name: "response",
    topic: topics.response(SITE, DEVICE, REQUEST),
    summary: "The answer to a command, with a status as in HTTP",
    retained: false,
    schema: ResponseMessage,
  },
];

/** Where each kind is published; `all/` kinds go to every device. */
const DOWN: Readonly<Record<DownKind, { topic: string; summary: string; retained: boolean }>> = {
  desired: { topic: topics.desired(SITE, DEVICE), summary: "The desired half of the shadow", retained: true },
  command: { topic: topics.command(SITE, DEVICE, REQUEST), summary: "A command, obeyed once", retained: false },
  ack: { topic: topics.acknowledgement(SITE, DEVICE), summary: "What of the journal is durable", retained: false },
  risk: { topic: topics.risk(SITE, DEVICE), summary: "Level, reasons, until when", retained: true },
  nudge: { topic: topics.nudge(SITE, DEVICE), summary: "A template and its parameters", retained: false },
  ...allKinds(),
};

function allKinds(): Record<(typeof ALL_KINDS)[number], { topic: string; summary: string; retained: boolean }> {
  const of = (kind: (typeof ALL_KINDS)[number], summary: string) => ({
    topic: topics.all(SITE, kind),
    summary,
    retained: true,
  });
  return {
    "deny-list": of("deny-list", "Devices, holders and certificates that are cut off"),
    policy: of("policy", "The policy in force and its candidate"),
    "tree-head": of("tree-head", "A signed head of the site's Merkle log"),
    profiles: of("profiles", "Signed profiles of the peripherals that the site's kiosks know"),
  };
}

/** AsyncAPI 3.1 of every topic, as the fleet server sees it: it receives what goes up and sends what goes down. */
export function asyncApiDocument(): Json {
  const channels: Json = {};
  const operations: Json = {};
  const messages: Json = {};
  const schemas: Json = {};
  const add = (
    name: string,
    about: { address: string; action: "receive" | "send"; summary: string; message: Json },
  ) => {
    channels[name] = {
      address: about.address,
      title: about.summary,
      parameters: Object.fromEntries([...about.address.matchAll(/\{(\w+)\}/g)].map(([, key]) => [key, ID])),
      messages: { [name]: { $ref: `#/components/messages/${name}` } },
      bindings: { mqtt: { bindingVersion: "0.2.0" } },
    };
    operations[`${about.action}${name.charAt(0).toUpperCase()}${name.slice(1)}`] = {
      action: about.action,
      channel: { $ref: `#/channels/${name}` },
      summary: about.summary,
      messages: [{ $ref: `#/channels/${name}/messages/${name}` }],
    };
    messages[name] = about.message;
  };

  for (const { name, topic, summary, retained, schema } of UP) {
    schemas[name] = schemaOf(schema);
    add(name, {
      address: topic,
      action: "receive",
      summary,
      message: {
        name,
        contentType: "application/json",
        summary: `${retained ? "Retained. " : ""}At most ${MAX_UP_BYTES} bytes.`,
        payload: { $ref: `#/components/schemas/${name}` },
      },
    });
  }
  for (const [kind, { topic, summary, retained }] of Object.entries(DOWN)) {
    const name = kind.replace(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase());
    schemas[name] = downwardSchema(kind as DownKind);
    add(name, {
      address: topic,
      action: "send",
      summary,
      message: {
        name,
        contentType: "application/jose",
        summary: `${retained ? "Retained. " : ""}A compact JWS (ES256, typ wardkey-down+jwt), at most ${MAX_DOWN_BYTES} bytes.`,
        payload: {
          type: "string",
          contentMediaType: "application/jwt",
          description: `The JWS's payload: #/components/schemas/${name}`,
        },
      },
    });
  }
  add("m2m", {
    address: topics.m2m(SITE, { from: "{from}", to: "{to}", channel: "{channel}" }),
    action: "receive",
    summary: "Machine to machine: only the pairs of the connection matrix; the fleet does not listen",
    message: {
      name: "m2m",
      contentType: "application/jose",
      summary: "A compact JWS by the sending device (typ wardkey-statement+jwt)",
      payload: { type: "string", contentMediaType: "application/jwt" },
    },
  });
  return {
    asyncapi: "3.1.0",
    info: {
      title: "Wardkey fleet topics",
      version: "1",
      description: "MQTT 3.1.1 over TLS 1.3 with client certificates; client id = device id; QoS 1.",
      license: { name: "Apache-2.0" },
    },
    defaultContentType: "application/json",
    servers: {
      site: {
        host: "localhost:7432",
        protocol: "secure-mqtt",
        security: [{ $ref: "#/components/securitySchemes/certificate" }],
      },
    },
    channels,
    operations,
    components: {
      securitySchemes: { certificate: { type: "X509", description: "The device's own certificate, mandatory" } },
      messages,
      schemas,
    },
  };
}

function downwardSchema(kind: DownKind): Json {
  const id = z.string().regex(/^[a-z0-9-]{1,63}$/);
  const seconds = z.number().int().nonnegative();
  return schemaOf(
    z.strictObject({
      v: z.literal(1),
      iss: id,
      aud: id,
      iat: seconds,
      exp: seconds,
      jti: z.uuid(),
      epoch: z.number().int().nonnegative(),
      kind: z.literal(kind),
      body: DownBodies[kind],
    }),
  );
}

/** AsyncAPI's own schema object is JSON Schema draft 07. */
function schemaOf(schema: z.ZodType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { target: "draft-7" });
  return rest;
}
