import { randomBytes } from "node:crypto";
import { OpaqueTemplate, sha256 } from "@wardkey/protocol/credential";
import type { CredentialRequest, EnrolmentGrant, EnrolmentRequest, WayGiven } from "@wardkey/protocol/fleet";
import type { EnrolmentView } from "@wardkey/protocol/screen";
import { Enrolment } from "../enrolment/index.js";
import { PROFILES } from "../profile/index.js";
import type { EnrolSession } from "../tap/index.js";
import type { SiteAnswer } from "../uplink/index.js";
import { SimulatedSenses } from "./simulated-senses.js";
import { granted, someHolderKey } from "./simulated-site.js";
import { SimulatedTime, settle } from "./simulated-time.js";

/** What the site grants, unless a test says otherwise. */
export const grant: EnrolmentGrant = {
  enrolment: "3f1c2d4e-1111-4222-8333-444455556666",
  staffId: "staff-7",
  displayName: "Anna R.",
  epoch: 1,
  templateKey: Buffer.alloc(32, 9).toString("base64url"),
  expiresAt: 1_800_000_120_000,
};
/** What the operator typed. */
export const asked = { operatorCode: "482913", givenName: "Anna", familyName: "Rossi" };
export const rootCertificate = new Uint8Array([1, 2, 3]);
export const transcript = sha256(new Uint8Array([4]));

/** A simulated phone that enrols; it remembers what it was given and when it was let go. */
class SimulatedEnrolSession implements EnrolSession {
  readonly code = "123456";
  readonly holderPublicKey = someHolderKey();
  given: { credential: string; template: string; eidKey: string } | null = null;
  closed = false;
  takes: { ok: true } | { ok: false; code: string } = { ok: true };
  proof: { ok: true } | { ok: false; code: string } = { ok: true };
  #lost = new Set<(code: string) => void>();

  async confirm() {
    return this.proof.ok ? { ok: true as const, holderPublicKey: this.holderPublicKey, transcript } : this.proof;
  }

  async issue(issued: Parameters<EnrolSession["issue"]>[0]) {
    const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
    this.given = {
      credential: text(issued.credential),
      template: issued.template === null ? "none" : text(issued.template.copy()),
      eidKey: text(issued.eidKey),
    };
    return this.takes;
  }

  onLost(listener: (code: string) => void): () => void {
    this.#lost.add(listener);
    return () => this.#lost.delete(listener);
  }

  lose(code: string): void {
    for (const listener of this.#lost) listener(code);
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

/** A kiosk at which somebody is enrolled, with a site, a phone and a camera that do what a test says. */
export class EnrolmentRoom {
  readonly time = new SimulatedTime();
  readonly senses = new SimulatedSenses();
  readonly phone = new SimulatedEnrolSession();
  readonly template = new OpaqueTemplate(new Uint8Array(64).fill(0x5a));
  readonly journal: { kind: string; body: Record<string, unknown> }[] = [];
  readonly siteSaw: CredentialRequest[] = [];
  readonly siteAsked: EnrolmentRequest[] = [];
  readonly posted: unknown[] = [];
  readonly turns: string[] = [];
  readonly views: (EnrolmentView | null)[] = [];
  grantAnswer: SiteAnswer<EnrolmentGrant> = granted(grant);
  pinAnswer: SiteAnswer<WayGiven> = granted({ staffId: "staff-7", code: null, expiresAt: null, weak: false });
  hindrance: string | null = null;
  journalWorks = true;
  readonly enrolment: Enrolment;

  constructor() {
    const { time, senses, template } = this;
    senses.taps.enrolment = async () => ({ ok: true, session: this.phone });
    senses.vision.enrolment = async ({ onProgress }) => {
      onProgress({ hint: "closer", progress: 0.2 });
      return { ok: true, template, quality: 73 };
    };
    this.enrolment = new Enrolment({
      clock: time,
      timers: time,
      randomBytes: (size) => new Uint8Array(randomBytes(size)),
      rules: PROFILES.demo.enrolment,
      site: {
        current: () => ({ rootCertificate }),
        publicKey: someHolderKey(),
        beginEnrolment: async (request) => {
          this.siteAsked.push(request);
          return this.grantAnswer;
        },
        issueCredential: async (_enrolment, request) => {
          this.siteSaw.push(request);
          return granted({ credential: "AQID", eidKey: Buffer.alloc(32, 3).toString("base64url") });
        },
        post: async (path, body, schema) => {
          this.posted.push([path, body]);
          return this.pinAnswer.ok ? granted(schema.parse(this.pinAnswer.value)) : this.pinAnswer;
        },
        refresh: async () => void this.turns.push("refresh"),
      },
      taps: senses.taps,
      vision: senses.vision,
      journal: {
        append: async (kind, body) => {
          if (!this.journalWorks) return { ok: false, code: "SQLITE_FULL" };
          this.journal.push({ kind, body });
          return { ok: true, event: { seq: 1, id: "", at: 0, kind, body: {}, hash: "" } };
        },
        note: (kind, body) => void this.journal.push({ kind, body }),
      },
      hindrance: () => this.hindrance,
      began: () => this.turns.push("began"),
      ended: () => this.turns.push("ended"),
      changed: () => this.views.push(this.enrolment.view),
    });
  }

  /** Begins, and lets everything run as far as it can without the operator. */
  async begin(): Promise<unknown> {
    const begun = await this.enrolment.begin(asked);
    await settle();
    return begun;
  }

  /** Begins, as far as the six digits that are compared. */
  async toCodes(): Promise<void> {
    const begun = await this.begin();
    const { view } = this.enrolment;
    if (view?.step !== "compare-code") throw new Error(`${JSON.stringify(begun)}, ${view?.step}`);
  }

  /** Why the last thing of the journal went wrong. */
  reason(): unknown {
    return this.journal.at(-1)?.body["reason"];
  }
}
