import { sign } from "node:crypto";
import { encodeOffer } from "../../credential/offer.js";
import { agree, deriveKey, extendTranscript, type KeyUse, makeEphemeralKey, openTranscript } from "../crypto.js";
import { fragment, payloadOf } from "../frames.js";
import { decodeAnswer, encodeAnswerHead } from "../messages.js";
import { scalarOf } from "./certificates.js";
import { kioskInput, type Played, phoneInput, rehearse, type Script, type Side } from "./rehearse.js";
import {
  KEY_SCALARS,
  KEYS,
  KIOSK,
  NOW,
  openRehearsalSite,
  type RehearsalSite,
  SITE,
  STAFF,
  syntheticTemplate,
} from "./site.js";
import { bytes, hex, type Vectors } from "./vectors.js";

const SECOND = 1_000;

/** Plays an unlock and an enrolment with fixed keys and writes down every byte. Signatures are random: each recording differs. */
export async function recordVectors(): Promise<Vectors> {
  const site = await openRehearsalSite();
  const unlock = recordUnlock(site);
  const enrol = recordRun({ site, purpose: "enrol" });
  const message = unlock.messages[1]?.bytes ?? "";
  const frames = (mtu: number): string[] => fragment(Buffer.from(message, "hex"), payloadOf(mtu)).map(hex);
  return {
    about: "Wardkey tap, version 1. Every key is public: nothing here guards anything.",
    version: 1,
    now: NOW / SECOND,
    keys: {
      reader: hex(scalarOf(KEY_SCALARS.reader)),
      wallet: hex(scalarOf(KEY_SCALARS.wallet)),
      signer: hex(scalarOf(KEY_SCALARS.signer)),
      root: hex(scalarOf(KEY_SCALARS.root)),
    },
    site: {
      id: SITE,
      kiosk: KIOSK,
      staffId: STAFF,
      rootCertificate: hex(site.trust.rootCertificate),
      readerCertificate: hex(site.readerCertificate),
      signerCertificate: hex(site.signerCertificate),
      status: hex(site.status),
      denyNotice: hex(site.denyNotice),
      credential: hex(site.credential),
      eidKey: hex(site.eidKey),
      syntheticTemplate: hex(syntheticTemplate().copy()),
    },
    offer: {
      text: encodeOffer(site.offer),
      rootDigest: hex(site.offer.rootDigest),
      kioskKeyDigest: hex(site.offer.kioskKeyDigest),
      token: hex(site.offer.token),
      expires: site.offer.expiresAt / SECOND,
    },
    unlock,
    enrol: { ...enrol.run, code: enrol.code },
    frames: { message, mtu23: frames(23), mtu247: frames(247) },
  };
}

function recordRun(script: Script) {
  const phone = phoneInput(script, "vectors");
  const kiosk = kioskInput(script, "vectors");
  const phoneRandom: string[] = [];
  const kioskRandom: string[] = [];
  const signatures: { side: Side; bytes: string; signature: string }[] = [];
  const recording = (into: string[], from: (size: number) => Uint8Array) => (size: number) => {
    const drawn = from(size);
    into.push(hex(drawn));
    return drawn;
  };
  const played = rehearse({
    ...script,
    phone: { randomBytes: recording(phoneRandom, phone.randomBytes) },
    kiosk: { randomBytes: recording(kioskRandom, kiosk.randomBytes) },
    sign: (signed, side) => {
      const { privateKey } = side === "phone" ? KEYS.wallet : KEYS.reader;
      const signature = sign("sha256", signed, { key: privateKey, dsaEncoding: "ieee-p1363" });
      signatures.push({ side, bytes: hex(signed), signature: hex(signature) });
      return Uint8Array.from(signature);
    },
  });
  const stored = played.phoneEffects.find((effect) => effect.type === "store-receipt");
  const shown = played.kioskEffects.find((effect) => effect.type === "show-code");
  if (stored?.type !== "store-receipt") throw new Error("the tap to record did not end well");
  const run = {
    identifier: hex(phone.identifier),
    window: phone.window,
    phoneRandom,
    kioskRandom,
    signatures,
    messages: played.sent.map(({ from, message }) => ({ from, bytes: hex(message) })),
    transcript: hex(stored.facts.transcript),
    receipt: hex(stored.receipt),
  };
  return { run, played, code: shown?.type === "show-code" ? shown.code : "" };
}

function recordUnlock(site: RehearsalSite): Vectors["unlock"] {
  const { run, played } = recordRun({ site, purpose: "unlock" });
  return { ...run, ...secretsOf(run), heartbeats: heartbeatsOf(played) };
}

function heartbeatsOf(played: Played): Vectors["unlock"]["heartbeats"] {
  const established = played.phoneEffects.find((effect) => effect.type === "established");
  if (established?.type !== "established") throw new Error("the tap to record was not established");
  return [false, true, false].map((moved) => ({ moved, bytes: hex(established.heartbeat.seal({ moved })) }));
}

type Run = Omit<Vectors["unlock"], "sharedSecret" | "keys" | "heartbeats">;

/** What another implementation compares first when its bytes differ. */
export function secretsOf(run: Run): Pick<Vectors["unlock"], "sharedSecret" | "keys"> {
  const [m1 = "", m2 = "", m3 = "", m4 = ""] = run.messages.map((message) => message.bytes);
  const answer = decodeAnswer(bytes(m2));
  const ephemeral = makeEphemeralKey(() => bytes(run.phoneRandom[0] ?? ""));
  const shared = answer === undefined ? undefined : agree(ephemeral, answer.ephemeralKey);
  if (answer === undefined || shared === undefined) throw new Error("M2 does not read");
  const opened = openTranscript({ identifier: bytes(run.identifier), window: run.window });
  const afterM1 = extendTranscript(opened, bytes(m1));
  const head = extendTranscript(afterM1, encodeAnswerHead(answer));
  const afterM2 = extendTranscript(afterM1, bytes(m2));
  const afterM3 = extendTranscript(afterM2, bytes(m3));
  const afterM4 = extendTranscript(afterM3, bytes(m4));
  const key = (use: KeyUse, transcript: Uint8Array): string => hex(deriveKey({ shared, transcript, use }));
  return {
    sharedSecret: hex(shared),
    keys: {
      m2: key("M2 kiosk", head),
      m3: key("M3 phone", afterM2),
      m4: key("M4 kiosk", afterM3),
      heartbeat: key("heartbeat phone", afterM4),
    },
  };
}
