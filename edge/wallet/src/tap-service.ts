import { type Clock, codeOf, type Duration, instant } from "@wardkey/protocol";
import { createSiteTrust, OpaqueTemplate, type Reader } from "@wardkey/protocol/credential";
import type { PhoneTapInput, QuotaLimits, RandomBytes } from "@wardkey/protocol/tap";
import { decideConsent, type Prompts, strictestOf } from "./consent/index.js";
import type { Enrolling, PendingEnrolment } from "./enrolling.js";
import {
  type Advertised,
  type Consent,
  type ConsentAsked,
  type RadioLink,
  type TapEnd,
  TapLink,
  type TapOwner,
} from "./peripheral/index.js";
import type { PhoneInHand } from "./phone-in-hand.js";
import { withEnd, withNews, withRefusal, withRelease } from "./records.js";
import { type HolderKey, type HolderKeys, SecretKey, type Vault, type VaultContents } from "./vault/index.js";

export interface TapServiceDependencies {
  vault: Vault;
  holderKeys: HolderKeys;
  enrolling: Enrolling;
  prompts: Prompts;
  hand: PhoneInHand;
  clock: Clock;
  randomBytes: RandomBytes;
  makeId(): string;
  patience: Duration;
  releaseLimits: QuotaLimits;
  /** What is in the air, as it was when `link` connected; `null` when that is no longer known. */
  advertised(identifier: Uint8Array | null): Advertised | null;
  report(code: string): void;
  onChange(): void;
}

/** Answers every central that connects: one handshake at a time, and sessions for as long as their links last. */
export class TapService {
  readonly #deps: TapServiceDependencies;
  readonly #links = new Map<RadioLink, { tap: TapLink; served: Reader | null }>();

  constructor(deps: TapServiceDependencies) {
    this.#deps = deps;
  }

  /** Who is served now: the reader of the newest session. */
  served(): Reader | null {
    return [...this.#links.values()].findLast(({ served }) => served !== null)?.served ?? null;
  }

  take(link: RadioLink): void {
    const asked = this.#tapFor(link);
    if (typeof asked === "string") {
      this.#deps.report(asked);
      link.close();
      return;
    }
    const { clock, patience, report } = this.#deps;
    const owner = this.#ownerOf(link, asked);
    const tap = new TapLink({ link, tap: asked.input, owner, clock, patience, report });
    this.#links.set(link, { tap, served: null });
    tap.start();
  }

  closeAll(code: string): void {
    for (const { tap } of this.#links.values()) tap.close(code);
  }

  /** What this link is asked for, or the code of why it is not answered. */
  #tapFor(link: RadioLink): Asked | string {
    if ([...this.#links.values()].some(({ tap }) => tap.shaking)) return "handshake-under-way";
    const { enrolling, vault, randomBytes } = this.#deps;
    const advertised = this.#deps.advertised(link.identifier);
    if (advertised === null) return "identifier-gone";
    const { identifier, window, purpose } = advertised;
    if (purpose === "enrol") {
      const pending = enrolling.pending();
      if (pending === null) return "no-enrolment";
      const { offer, key } = pending;
      return { input: { purpose, offer, holderKey: key.publicKey(), randomBytes, identifier, window }, key, pending };
    }
    const { enrolment, site, releases } = vault.read();
    if (enrolment === null || site === null) return "no-template";
    const trusted = createSiteTrust(site);
    if (!trusted.ok) return trusted.code;
    const memory = {
      highestDenyEpoch: site.denyEpoch,
      deniedKiosks: new Set(site.deniedKiosks),
      latestTime: instant(site.latestTime),
      releases: releases.map(({ kiosk, at }) => ({ kiosk, at: instant(at) })),
      limits: this.#deps.releaseLimits,
    };
    const key = this.#deps.holderKeys.open(enrolment.holderKey);
    const input: PhoneTapInput = { purpose, trust: trusted.trust, memory, randomBytes, identifier, window };
    return { input, key, pending: null };
  }

  #ownerOf(link: RadioLink, { key, pending }: Asked): TapOwner {
    const { vault, hand, enrolling, onChange } = this.#deps;
    const motion = hand.watch();
    let told: VaultContents["refusals"] = [];
    return {
      sign: (bytes) => key.sign(bytes),
      motion,
      consent: (asked, signal) => {
        told = vault.read().refusals;
        return this.#consent(asked, signal);
      },
      async released(kiosk, at) {
        await vault.change((kept) => ({ ...kept, releases: withRelease(kept.releases, { kiosk, at }) }));
      },
      showCode: (code) => enrolling.compare(code),
      established: (reader) => {
        const entry = this.#links.get(link);
        this.#leaveOthers(link);
        if (entry !== undefined) entry.served = reader;
        onChange();
      },
      finished: (end) => this.#finished(end, { pending, told }),
      closed: () => {
        this.#links.delete(link);
        onChange();
      },
    };
  }

  /** One seat at a time: the kiosk where this person was before hears that they are in elsewhere, and covers itself. */
  #leaveOthers(here: RadioLink): void {
    for (const [link, { tap, served }] of this.#links) if (link !== here && served !== null) tap.leaveForAnother();
  }

  async #consent({ reader, request, least }: ConsentAsked, signal: AbortSignal): Promise<Consent> {
    const { vault, hand, prompts, clock } = this.#deps;
    const { consentMode, enrolment: before } = vault.read();
    const mode = strictestOf(consentMode, least);
    // Nobody is asked for a face that this phone was enrolled without.
    if (request === "unlock" && before?.template === null) return { granted: false, code: "no-template" };
    const decision = decideConsent({ mode, purpose: "unlock", ...hand.facts(), now: clock.monotonic() });
    if (decision.kind === "refuse") return { granted: false, code: decision.code };
    if (decision.kind === "ask") {
      const answer = await prompts.ask({ kind: decision.prompt, kiosk: reader.name.slice(0, 80) }, signal);
      if (answer !== "granted") return { granted: false, code: `consent-${answer}` };
      hand.unlock();
    }
    const { enrolment, refusals } = vault.read();
    // Deleted while its owner was asked.
    if (enrolment === null) return { granted: false, code: "template-deleted" };
    return {
      granted: true,
      mode,
      credential: enrolment.credential,
      template: request === "prove" ? null : copyOf(enrolment.template),
      refusals: refusals.map(({ kiosk, code, at }) => ({ kiosk, code, at: instant(at) })),
    };
  }

  async #finished(
    end: TapEnd,
    tap: { pending: PendingEnrolment | null; told: VaultContents["refusals"] },
  ): Promise<void> {
    const { vault, clock, makeId, enrolling, report, onChange } = this.#deps;
    const at = clock.now();
    try {
      await vault.change((kept) => {
        // An honest kiosk has M3, and with it what was refused before.
        const untold = end.receipt === null ? kept.refusals : kept.refusals.filter((one) => !tap.told.includes(one));
        const taken = tap.pending === null ? kept : withEnrolment(kept, { end, pending: tap.pending, at });
        return withNews(
          {
            ...taken,
            history: withEnd(taken.history, { end, id: makeId(), at }),
            refusals: withRefusal(untold, { end, at }),
          },
          end.news,
        );
      });
      if (tap.pending !== null) this.#endEnrolment(end);
    } catch (error) {
      report(codeOf(error));
      if (tap.pending !== null) enrolling.fail(codeOf(error));
    }
    onChange();
  }

  /** A link that was lost before any digits were shown is no reason to start again: the kiosk may still come. */
  #endEnrolment(end: TapEnd): void {
    const { enrolling } = this.#deps;
    if (end.outcome === "enrolled") enrolling.done();
    else if (end.outcome === "refused" || enrolling.view()?.step === "compare-code") {
      enrolling.fail(end.code ?? "enrolment-refused");
    }
  }
}

interface Asked {
  readonly input: PhoneTapInput;
  readonly key: HolderKey;
  readonly pending: PendingEnrolment | null;
}

function withEnrolment(
  kept: VaultContents,
  { end, pending, at }: { end: TapEnd; pending: PendingEnrolment; at: number },
): VaultContents {
  if (end.enrolled === null) return kept;
  const { trust, credential, credentialBytes, template, eidKey } = end.enrolled;
  const { staffId, issuedAt, expiresAt } = credential;
  const known = kept.site !== null && Buffer.compare(kept.site.rootCertificate, trust.rootCertificate) === 0;
  return {
    ...kept,
    site: known
      ? kept.site
      : { site: trust.site, rootCertificate: trust.rootCertificate, denyEpoch: 0, deniedKiosks: [], latestTime: 0 },
    enrolment: {
      credential: credentialBytes,
      holder: { name: credential.name.slice(0, 80), staffId, issuedAt, expiresAt },
      template: copyOf(template),
      eidKey: new SecretKey(eidKey),
      holderKey: new SecretKey(pending.handle.reveal()),
      templateMadeAt: at,
      templateKiosk: end.reader?.name.slice(0, 80) ?? "",
    },
  };
}

function copyOf(template: OpaqueTemplate | null): OpaqueTemplate | null {
  if (template === null) return null;
  const bytes = template.copy();
  const copy = new OpaqueTemplate(bytes);
  bytes.fill(0);
  return copy;
}
