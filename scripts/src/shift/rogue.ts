import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startFleet } from "@wardkey/fleet-server";
import { WardkeyError } from "@wardkey/protocol";
import { createSigner, createSiteTrust, identifierWindow } from "@wardkey/protocol/credential";
import { DeviceLease } from "@wardkey/protocol/fleet";
import { certificateRequest } from "@wardkey/protocol/fleet/est";
import { Assembler, fragment, GATT, type KioskEvent, kioskTap, payloadOf, startKioskTap } from "@wardkey/protocol/tap";
import { createRogueCentral, joinRoom, type RogueSession } from "@wardkey/virtual-radio";
import { pino } from "pino";
import { systemClock } from "../clock.js";
import type { Hospital } from "../hospital/hospital.js";
import type { Screens } from "../hospital/screens.js";
import { openIdentity } from "../m2m/identity.js";
import { callFleet } from "../m2m/site-https.js";

/** The rogue names itself as the hospital's own site. */
const SITE = "st-elsewhere";
const KIOSK = "kiosk-1";
const FIND_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 6_000;

/** A kiosk of a site that names itself as the hospital does, under a root of its own. */
interface RogueIdentity {
  readonly rootCertificate: Uint8Array;
  readonly readerChain: readonly Uint8Array[];
  readonly status: Uint8Array;
  readonly privateKey: KeyObject;
}

/**
 * Walks up to the phone as a rogue kiosk: the whole handshake, well formed, with a certificate of another root.
 * `identityBytes` counts every byte that the phone sent after the kiosk had tried to prove itself, sealed or not, less
 * its fixed one-byte refusal.
 */
export async function askAsRogueKiosk(input: {
  readonly hospital: Hospital;
  readonly folder: string;
  readonly phone: Screens["phone"];
  readonly phoneAt: number;
}): Promise<{ outcome: string; identityBytes: number }> {
  const identity = await makeRogueIdentity(input.folder);
  const joined = await joinRoom({
    socketPath: input.hospital.roomSocket,
    name: "rogue",
    options: { position: { x: input.phoneAt + 0.5, y: 0 } },
  });
  if (joined.outcome === "refused") throw new WardkeyError(joined.reason, "the rogue kiosk could not enter the room");
  const refusalsBefore = countRefusals(input.phone);
  try {
    const rogue = createRogueCentral(joined.participant);
    const phone = await rogue.find(({ data }) => identifierIn(data) !== undefined, FIND_WITHIN_MS);
    const identifier = phone && identifierIn(phone.data);
    const session = phone && (await rogue.connect(phone));
    if (!session || !identifier) throw new WardkeyError("phone-not-seen", "the rogue kiosk did not reach the phone");
    const heard = await converse(session, identity, identifier);
    await input.phone
      .until("the phone's note of it", () => countRefusals(input.phone) > refusalsBefore, 5_000)
      .catch(() => {});
    const refused =
      heard.spoken && heard.identityBytes === 0 && !heard.faceAsked && countRefusals(input.phone) > refusalsBefore;
    return { outcome: refused ? "refused" : "answered", identityBytes: heard.identityBytes };
  } finally {
    await joined.participant.close();
  }
}

const countRefusals = (phone: Screens["phone"]) =>
  phone.latest()?.history.filter(({ outcome }) => outcome === "refused").length ?? 0;

/** A second fleet server, run for a moment in this process, gives the rogue everything but the right root. */
async function makeRogueIdentity(folder: string): Promise<RogueIdentity> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const ticketFile = join(folder, "ticket.json");
  const fleet = await startFleet({
    config: {
      dataDir: join(folder, "fleet"),
      siteId: SITE,
      siteName: "A rogue",
      ports: { console: 0, devices: 0, mqtt: 0 },
      profile: "demo",
      operatorCodeFile: join(folder, "operator-code"),
      tickets: [{ device: KIOSK, profile: "kiosk", name: "Workstation 1", ward: "Ward 3 East", file: ticketFile }],
      consolePageDir: folder,
    },
    clock: systemClock,
    logger: pino({ level: "silent" }),
    version: "0.0.0",
  });
  try {
    const own = { folder: join(folder, "kiosk"), ticketFile, at: systemClock.now() };
    const { deviceUrl, client, roots } = await openIdentity(own);
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const enrolled = await callFleet({
      url: `${deviceUrl}/.well-known/est/reader/simpleenroll`,
      method: "POST",
      roots,
      identity: client,
      headers: { "content-type": "application/pkcs10" },
      body: Buffer.from(certificateRequest(KIOSK, privateKey)).toString("base64"),
    });
    const leased = await callFleet({ url: `${deviceUrl}/v1/kiosk/lease`, roots, identity: client });
    if (enrolled.status !== 200 || leased.status !== 200) {
      throw new WardkeyError("rogue-not-made", `the rogue's own site answered ${enrolled.status} and ${leased.status}`);
    }
    const lease = DeviceLease.parse(JSON.parse(leased.body));
    return {
      rootCertificate: fleet.rootCertificate,
      readerChain: lease.readerChain.map(bytes),
      status: bytes(lease.status),
      privateKey,
    };
  } finally {
    await fleet.stop();
  }
}

const bytes = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));

/** The first 128-bit service UUID of an advertisement (AD types 6 and 7), as the 16 bytes that were derived. */
function identifierIn(data: Uint8Array): Uint8Array | undefined {
  for (let at = 0; at + 1 < data.length; at += 1 + (data[at] ?? 0)) {
    const type = data[at + 1];
    // Advertised little-endian, derived big-endian.
    if (data[at] === 17 && (type === 6 || type === 7)) return data.slice(at + 2, at + 18).reverse();
  }
  return undefined;
}

/** Speaks as a kiosk does, to the end of the handshake or of its patience, and counts what it is told. */
async function converse(session: RogueSession, identity: RogueIdentity, identifier: Uint8Array) {
  const sign = createSigner(identity.privateKey);
  const assembler = new Assembler();
  const heard = { identityBytes: 0, faceAsked: false };
  const at = () => ({ now: systemClock.now(), monotonic: systemClock.monotonic() });
  const trust = createSiteTrust({ site: SITE, rootCertificate: identity.rootCertificate });
  if (!trust.ok) throw new WardkeyError(trust.code, "the rogue's own root does not parse");
  let spoken = false;
  let { state } = startKioskTap(
    {
      purpose: "unlock",
      randomBytes: (size) => new Uint8Array(randomBytes(size)),
      identifier,
      window: identifierWindow(at().now),
      trust: trust.trust,
      readerChain: identity.readerChain,
      status: identity.status,
      policyVersion: 1,
      leastConsent: "A",
      denyNotice: null,
      expected: { staffId: "unknown", epochs: [1] },
      deniedHolders: new Set(),
    },
    at(),
  );

  const advance = async (event: KioskEvent): Promise<void> => {
    const step = kioskTap(state, event, at());
    state = step.state;
    for (const effect of step.effects) {
      if (effect.type === "sign") await advance({ type: "signed", signature: await sign(effect.bytes) });
      if (effect.type === "verify-face") heard.faceAsked = true;
      if (effect.type === "send") {
        spoken = true;
        for (const frame of fragment(effect.message, payloadOf(session.mtu))) await session.write(GATT.write, frame);
      }
    }
  };
  const ended = new Promise<void>((resolve) => session.link.onEnded(() => resolve()));
  await session.subscribe(GATT.notify, (value) => {
    const frame = assembler.push(value, performance.now());
    if (frame.kind !== "message") return;
    // After our M2 an honest phone says one fixed byte, "refused", and nothing else.
    if (spoken && frame.message.length > 1) heard.identityBytes += frame.message.length;
    advance({ type: "received", message: frame.message }).catch(() => session.disconnect());
  });
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, ANSWER_WITHIN_MS))]);
  session.disconnect();
  return { ...heard, spoken };
}
