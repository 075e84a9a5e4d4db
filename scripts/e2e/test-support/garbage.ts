import { request as requestInClear } from "node:http";
import { type RequestOptions, request as requestOverTls } from "node:https";
import { connect } from "node:tls";
import { createRawHost, createRogueCentral, type HeardReport, type Participant } from "@wardkey/virtual-radio";
import WebSocket from "ws";

/** The same bytes at each run, so that a find can be found again. */
export interface Garbage {
  below(limit: number): number;
  bytes(most: number): Buffer;
}

/** Mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c. */
export function createGarbage(seed: number): Garbage {
  let state = seed;
  const draw = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(draw() * limit);
  const bytes = (most: number): Buffer => Buffer.from(Array.from({ length: below(most + 1) }, () => below(256)));
  return { below, bytes };
}

/** Long enough that what kept it would be seen to grow; short of what ends a socket before it is read. */
const LENGTH = 50_000;

/** A page that knows the token and then talks nonsense, until it is cut off. Resolves with the close code. */
export async function talkNonsense(pageUrl: string, path: string, garbage: Garbage): Promise<number> {
  const url = new URL(pageUrl);
  const token = new URLSearchParams(url.hash.slice(1)).get("token");
  const socket = new WebSocket(`ws://${url.host}${path}`, { origin: url.origin });
  socket.on("error", () => {});
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  socket.once("open", () => {
    const hello = JSON.stringify({ type: "hello", token });
    const broken = Buffer.from(hello.repeat(1 + garbage.below(3)));
    broken[garbage.below(broken.length)] = garbage.below(256);
    const noise = Buffer.alloc(LENGTH, Buffer.from([garbage.below(256), ...garbage.bytes(200)]));
    const says = [noise, noise.toString("latin1"), noise.subarray(0, 200), broken, Buffer.alloc(LENGTH, "[")];
    socket.send(hello);
    socket.send(says[garbage.below(says.length)] ?? "", { binary: garbage.below(2) === 0 });
    // Nonsense that happens to be nothing at all must not wait for ever.
    socket.send("{");
  });
  return await closed;
}

const PATHS = {
  console: [
    "/v1/overview",
    "/v1/session",
    "/v1/invitation/passkey/options",
    "/v1/devices",
    "/v1/staff/imports/csv",
    "/v1/policy/drafts",
    "/v1/approvals",
    "/v1/audit/events?limit=nothing",
  ],
  devices: [
    "/.well-known/est/cacerts",
    "/.well-known/est/kiosk/simpleenroll",
    "/.well-known/est/reader/simplereenroll",
    "/v1/device/connection",
    "/v1/kiosk/lease",
    "/v1/kiosk/table/%00",
    "/v1/enrolments",
    "/crl",
  ],
  page: ["/%00", "/%ff", "/.hidden", "/assets/..%2f..%2fpage-token", "/nothing"],
} as const;
/** What anybody may read of a site: answers 200 and nothing else. */
const OPEN = new Set(["/v1/session", "/.well-known/est/cacerts", "/crl"]);
const METHODS = ["GET", "POST", "PUT", "DELETE"];
const TYPES = ["application/json", "application/pkcs10", "text/csv"];

/** A request that means nothing, to one of the servers. Resolves with the status; of what anybody may read, with 404. */
export async function requestNonsense(url: string, face: keyof typeof PATHS, garbage: Garbage): Promise<number> {
  const paths = [...PATHS[face], ...PATHS.page];
  const path = paths[garbage.below(paths.length)] ?? "/nothing";
  const method = METHODS[garbage.below(METHODS.length)] ?? "GET";
  const bodies = [garbage.bytes(2_000), Buffer.alloc(LENGTH, "["), Buffer.from('{"id":{"__proto__":1}}')];
  const credentials = garbage.bytes(40).toString("base64url");
  const headers = {
    "content-type": TYPES[garbage.below(TYPES.length)] ?? "",
    authorization: `${garbage.below(2) === 0 ? "Bearer" : "Basic"} ${credentials}`,
  };
  const status = await ask(new URL(path, url), { method, headers }, bodies[garbage.below(bodies.length)]);
  return method === "GET" && status === 200 && OPEN.has(path) ? 404 : status;
}

/** Stands for a line that was cut before the answer: a refusal like any other. */
const CUT = 499;

function ask(url: URL, options: RequestOptions, body: Buffer | undefined): Promise<number> {
  const request = url.protocol === "https:" ? requestOverTls : requestInClear;
  const trusting = url.protocol === "https:" ? { rejectUnauthorized: false } : {};
  return new Promise((resolve, reject) => {
    const asked = request(url, { ...options, ...trusting, agent: false, timeout: 10_000 }, (answer) => {
      answer.on("error", () => {});
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.once("timeout", () => asked.destroy(new Error(`no answer from ${url.pathname}`)));
    // Cut in the middle of a body that is not wanted; what comes after an answer does not count.
    asked.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE" || error.code === "ECONNRESET") resolve(CUT);
      else reject(error);
    });
    asked.end(options.method === "GET" ? undefined : body);
  });
}

/** CONNECT as MQTT 3.1.1 has it, for a client without a certificate. */
const CONNECT = Buffer.from("101100044d5154540402003c00056265642d37", "hex");

/** Nonsense to the broker over TLS, with something like an MQTT packet in front of it. Resolves when it has cut the line. */
export function pesterBroker(mqttUrl: string, garbage: Garbage): Promise<"cut"> {
  const { hostname, port } = new URL(mqttUrl);
  const noise = Buffer.alloc(LENGTH, Buffer.from([garbage.below(256), ...garbage.bytes(200)]));
  const says = [
    noise,
    CONNECT,
    Buffer.concat([CONNECT, noise]),
    Buffer.concat([Buffer.of(0x30), noise]),
    garbage.bytes(60),
  ];
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
    socket.setTimeout(30_000, () => reject(new Error("the broker left a line open that means nothing")));
    socket.once("close", () => resolve("cut"));
    // TLS 1.3: that the broker wants a certificate shows after the handshake, as an alert or as the end.
    socket.on("error", () => {});
    socket.once("secureConnect", () => socket.write(says[garbage.below(says.length)] ?? noise));
    socket.resume();
  });
}

/** An L2CAP packet for the ATT channel, or something like it. */
function packet(garbage: Garbage): Uint8Array {
  const pdu = garbage.bytes(60);
  if (garbage.below(4) === 0) return pdu;
  const head = Buffer.alloc(4);
  head.writeUInt16LE(garbage.below(4) === 0 ? garbage.below(65_536) : pdu.length, 0);
  head.writeUInt16LE(4 + garbage.below(2) * garbage.below(4), 2);
  return Buffer.concat([head, pdu]);
}

/** A central that connects to a phone and sends packets of noise until it is cut off, or has sent enough. */
export async function pesterPhone(near: Participant, rounds: number, garbage: Garbage): Promise<number> {
  const rogue = createRogueCentral(near);
  let links = 0;
  for (let round = 0; round < rounds; round += 1) {
    const phone = await rogue.find(({ type }) => type === 0, 2_000);
    const session = phone === undefined ? undefined : await rogue.connect(phone, 2_000);
    if (session === undefined) continue;
    links += 1;
    for (let each = 0; each < 5 && session.link.open; each += 1) session.link.send(packet(garbage));
    await new Promise((resolve) => setTimeout(resolve, 150));
    session.disconnect();
  }
  return links;
}

/** A peripheral under somebody's advertisement that answers whoever connects with packets of noise. */
export function answerWithNoise(near: Participant, advertised: HeardReport["data"], garbage: Garbage) {
  const host = createRawHost(near);
  let links = 0;
  host.onAccept((link) => {
    links += 1;
    const timer = setInterval(() => {
      if (link.open) link.send(packet(garbage));
      else clearInterval(timer);
    }, 20);
  });
  host.advertise({ data: advertised });
  return {
    get links() {
      return links;
    },
    stop: () => host.stopAdvertising(),
  };
}
