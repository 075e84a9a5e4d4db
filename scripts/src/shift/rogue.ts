import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { startSite } from "@wardkey/fleet-server";
import { instant, WardkeyError } from "@wardkey/protocol";
import { createSigner, createSiteTrust, identifierOf, identifierWindow } from "@wardkey/protocol/credential";
import { KioskIdentity, KioskLease } from "@wardkey/protocol/fleet";
import {
  Assembler,
  fragment,
  GATT,
  type KioskEffect,
  type KioskEvent,
  type KioskState,
  kioskTap,
  payloadOf,
  startKioskTap,
} from "@wardkey/protocol/tap";
import { joinRoom, loadNoble, type Noble, type NoblePeripheral } from "@wardkey/virtual-radio";
import type { Hospital } from "../hospital/hospital.js";
import type { Screens } from "./steps.js";

const FIND_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 6_000;

/** A kiosk of a site that names itself as the hospital does, under a root of its own. */
interface RogueIdentity {
  readonly rootCertificate: Uint8Array;
  readonly readerCertificate: Uint8Array;
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
    const noble = loadNoble(joined.participant);
    const peripheral = await findPhone(noble);
    const heard = await converse(peripheral, identity);
    await input.phone
      .until("the phone's note of it", () => countRefusals(input.phone) > refusalsBefore, 5_000)
      .catch(() => {});
    const refused = heard.identityBytes === 0 && !heard.faceAsked && countRefusals(input.phone) > refusalsBefore;
    return { outcome: refused ? "refused" : "answered", identityBytes: heard.identityBytes };
  } finally {
    await joined.participant.close();
  }
}

const countRefusals = (phone: Screens["phone"]) =>
  phone.latest()?.history.filter(({ outcome }) => outcome === "refused").length ?? 0;

/** A second site authority, run for a moment in this process, gives the rogue everything but the right root. */
async function makeRogueIdentity(folder: string): Promise<RogueIdentity> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const bootstrap = join(folder, "bootstrap");
  const site = await startSite({
    config: {
      dataDir: folder,
      port: 0,
      siteId: "st-elsewhere",
      siteName: "A rogue",
      operatorCodeFile: join(folder, "operator-code"),
      kioskBootstrapTokenFile: bootstrap,
      statusPageDir: folder,
    },
  });
  try {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const asked = {
      bootstrapToken: (await readFile(bootstrap, "utf8")).trim(),
      id: "kiosk-1",
      name: "Workstation 1",
      ward: "Ward 3 East",
      readerPublicKey: publicKey.export({ type: "spki", format: "der" }).toString("base64url"),
    };
    const headers = { "content-type": "application/json" };
    const enrolled = await fetch(`${site.url}/v1/kiosks`, { method: "POST", headers, body: JSON.stringify(asked) });
    const identity = KioskIdentity.parse(await enrolled.json());
    const answer = await fetch(`${site.url}/v1/kiosk/lease`, {
      headers: { authorization: `Bearer ${identity.kioskToken}` },
    });
    const lease = KioskLease.parse(await answer.json());
    return {
      rootCertificate: bytes(identity.rootCertificate),
      readerCertificate: bytes(lease.readerCertificate),
      status: bytes(lease.status),
      privateKey,
    };
  } finally {
    await site.stop();
  }
}

const bytes = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));

async function findPhone(noble: Noble): Promise<NoblePeripheral> {
  if (noble._state !== "poweredOn") await new Promise<void>((resolve) => noble.once("stateChange", () => resolve()));
  await noble.startScanningAsync([], true);
  try {
    return await within(FIND_WITHIN_MS, "the phone's advertisement", (found) => noble.on("discover", found));
  } finally {
    await noble.stopScanningAsync();
  }
}

async function converse(peripheral: NoblePeripheral, identity: RogueIdentity) {
  await peripheral.connectAsync();
  const { characteristics } = await peripheral.discoverSomeServicesAndCharacteristicsAsync(
    [GATT.service],
    [GATT.write, GATT.notify],
  );
  const write = characteristics.find(({ uuid }) => uuid === GATT.write);
  const notify = characteristics.find(({ uuid }) => uuid === GATT.notify);
  if (!write || !notify) throw new WardkeyError("service-missing", "the phone offers no tap service");
  const sign = createSigner(identity.privateKey);
  const assembler = new Assembler();
  const heard = { identityBytes: 0, faceAsked: false };
  let spoken = false;
  let state: KioskState | undefined;
  const at = () => ({ now: instant(Date.now()), monotonic: performance.now() });

  const perform = async (effects: readonly KioskEffect[]): Promise<void> => {
    for (const effect of effects) {
      if (effect.type === "sign") await advance({ type: "signed", signature: await sign(effect.bytes) });
      if (effect.type === "verify-face") heard.faceAsked = true;
      if (effect.type === "send") {
        spoken = true;
        for (const frame of fragment(effect.message, payloadOf(peripheral.mtu ?? 23)))
          await write.writeAsync(Buffer.from(frame), false);
      }
    }
  };
  const advance = async (event: KioskEvent): Promise<void> => {
    if (!state) return;
    const step = kioskTap(state, event, at());
    state = step.state;
    await perform(step.effects);
  };
  const trust = createSiteTrust({ site: "st-elsewhere", rootCertificate: identity.rootCertificate });
  const identifier = identifierOf(peripheral.advertisement.serviceUuids?.[0] ?? "");
  if (!trust.ok || !identifier)
    throw new WardkeyError("rogue-unprepared", "the rogue has no root, or the phone no identifier");
  const first = startKioskTap(
    {
      purpose: "unlock",
      randomBytes: (size) => new Uint8Array(randomBytes(size)),
      identifier,
      window: identifierWindow(at().now),
      trust: trust.trust,
      readerCertificate: identity.readerCertificate,
      status: identity.status,
      policyVersion: 1,
      denyNotice: null,
      expected: { staffId: "unknown", epochs: [1] },
      deniedHolders: new Set(),
    },
    at(),
  );
  state = first.state;
  const gone = new Promise<void>((resolve) => peripheral.once("disconnect", () => resolve()));
  notify.on("data", (data: Buffer) => {
    const frame = assembler.push(new Uint8Array(data), performance.now());
    if (frame.kind !== "message") return;
    // After our M2 an honest phone says one fixed byte, "refused", and nothing else.
    if (spoken && frame.message.length > 1) heard.identityBytes += frame.message.length;
    void advance({ type: "received", message: frame.message }).catch(() => {});
  });
  await notify.subscribeAsync();
  await perform(first.effects);
  await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, ANSWER_WITHIN_MS))]);
  if (peripheral.state === "connected") await peripheral.disconnectAsync();
  return heard;
}

function within<T>(ms: number, what: string, subscribe: (found: (value: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => reject(new WardkeyError("timeout", `${what}: not within ${ms} ms`)), ms);
    subscribe((value) => {
      clearTimeout(deadline);
      resolve(value);
    });
  });
}
