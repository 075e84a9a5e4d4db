import { sign } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { prepareReceipt, type Receipt } from "../credential/receipt.js";
import { type Conclusion, encodeConclusion } from "./bodies.js";
import { deriveKey, seal } from "./crypto.js";
import { CLOSE_MESSAGE, encodeM4 } from "./messages.js";
import { phoneTap } from "./phone.js";
import type { PhoneState } from "./phone-types.js";
import type { KeyPair } from "./test-support/certificates.js";
import { rehearse } from "./test-support/rehearse.js";
import {
  credentialWith,
  issueReader,
  KEYS,
  KIOSK,
  NOW,
  openRehearsalSite,
  type RehearsalSite,
  SITE,
  STAFF,
  seededBytes,
  syntheticTemplate,
} from "./test-support/site.js";

let site: RehearsalSite;
beforeAll(async () => {
  site = await openRehearsalSite();
});

type Awaiting = Extract<PhoneState, { phase: "awaiting-conclusion" }>;

/** A phone that has sent M3 and waits. */
function waitingPhone(purpose: "unlock" | "enrol"): Awaiting {
  const { phone } = rehearse({ site, purpose, onFace: () => null, onCode: () => [] });
  if (phone.phase !== "awaiting-conclusion") throw new Error(`the phone is ${phone.phase}`);
  return phone;
}

interface Bend {
  readonly receipt?: Partial<Receipt>;
  readonly certificate?: Uint8Array;
  readonly keys?: KeyPair;
  readonly conclusion?: Partial<Conclusion>;
}

/** M4 as a kiosk with a true certificate but ill will would seal it: it knows the secret of its own link. */
function concludes(phone: Awaiting, bend: Bend) {
  const { shared, transcript } = phone.secured;
  const { purpose } = phone.errand;
  const facts: Receipt = {
    site: SITE,
    kiosk: KIOSK,
    staffId: STAFF,
    purpose,
    outcome: purpose === "unlock" ? "unlocked" : "enrolled",
    at: NOW,
    transcript,
    ...bend.receipt,
  };
  const prepared = prepareReceipt(facts, [bend.certificate ?? site.readerCertificate]);
  const { privateKey } = bend.keys ?? KEYS.reader;
  const receipt = prepared.assemble(
    Uint8Array.from(sign("sha256", prepared.bytes, { key: privateKey, dsaEncoding: "ieee-p1363" })),
  );
  const clear = encodeConclusion({ receipt, denyNotice: null, issued: null, ...bend.conclusion });
  const key = deriveKey({ shared, transcript, use: "M4 kiosk" });
  const message = encodeM4(seal({ key, counter: 0, transcript }, clear));
  return phoneTap(phone, { type: "received", message }, { now: NOW, monotonic: 1_000 });
}

const issued = (bend: Partial<NonNullable<Conclusion["issued"]>> = {}): NonNullable<Conclusion["issued"]> => ({
  credential: site.credential,
  template: syntheticTemplate().copy(),
  eidKey: site.eidKey,
  ...bend,
});

function expectRefused(step: ReturnType<typeof concludes>, code: string): void {
  expect(step.state).toEqual({ phase: "ended" });
  expect(step.effects).toMatchObject([
    { type: "send", message: CLOSE_MESSAGE },
    { type: "finished", outcome: "refused", code, receipt: false },
    { type: "close" },
  ]);
}

describe("a phone that waits for its receipt", () => {
  it("accepts the one that is due", () => {
    const step = concludes(waitingPhone("unlock"), {});
    expect(step.effects.map(({ type }) => type)).toEqual(["store-receipt", "established", "finished"]);
  });

  const otherTranscript = new Uint8Array(32).fill(1);
  const bends: readonly [string, string, () => Bend][] = [
    ["of another handshake", "receipt-mismatch", () => ({ receipt: { transcript: otherTranscript } })],
    ["for another person", "receipt-mismatch", () => ({ receipt: { staffId: "s-0001" } })],
    ["for another purpose", "receipt-mismatch", () => ({ receipt: { purpose: "enrol" } })],
    ["of an enrolment that it did not ask for", "receipt-mismatch", () => ({ receipt: { outcome: "enrolled" } })],
    ["in the name of another kiosk", "receipt-site", () => ({ receipt: { kiosk: "ward-9-cart-2" } })],
    ["in the name of another site", "receipt-site", () => ({ receipt: { site: "san-marco" } })],
    ["signed with another key", "receipt-signature", () => ({ keys: KEYS.rogueReader })],
    [
      "by another reader of the same site and name",
      "receipt-mismatch",
      () => ({ certificate: issueReader({ keys: KEYS.rogueReader }), keys: KEYS.rogueReader }),
    ],
    ["with an identity that nobody asked for", "receipt-mismatch", () => ({ conclusion: { issued: issued() } })],
    ["that is no receipt", "receipt-malformed", () => ({ conclusion: { receipt: site.credential } })],
  ];
  it.each(bends)("refuses one %s (%s)", (_name, code, bend) => {
    expectRefused(concludes(waitingPhone("unlock"), bend()), code);
  });
});

describe("a phone that waits to be enrolled", () => {
  it("accepts its own credential, template and key", () => {
    const step = concludes(waitingPhone("enrol"), { conclusion: { issued: issued() } });
    expect(step.effects.map(({ type }) => type)).toEqual(["enrolled", "store-receipt", "finished", "close"]);
  });

  it("refuses what is not for it", async () => {
    const other = seededBytes("another synthetic template")(412);
    const cases: readonly [string, Bend][] = [
      ["receipt-mismatch", { conclusion: { issued: null } }],
      ["receipt-mismatch", { receipt: { outcome: "refused" }, conclusion: { issued: issued() } }],
      ["receipt-mismatch", { receipt: { staffId: "s-0001" }, conclusion: { issued: issued() } }],
      ["template-mismatch", { conclusion: { issued: issued({ template: other }) } }],
      ["credential-malformed", { conclusion: { issued: issued({ credential: site.status }) } }],
      [
        "holder-key-mismatch",
        {
          conclusion: {
            issued: issued({
              credential: await credentialWith({ holderKey: KEYS.otherWallet.publicKey, issuedAt: NOW }),
            }),
          },
        },
      ],
      [
        "credential-site",
        { conclusion: { issued: issued({ credential: await credentialWith({ site: "san-marco" }) }) } },
      ],
    ];
    for (const [code, bend] of cases) expectRefused(concludes(waitingPhone("enrol"), bend), code);
  });
});
