import { after, type Clock, days, instant } from "@wardkey/protocol";
import type { Issuer } from "@wardkey/protocol/credential";
import {
  type DeviceFacts,
  isWeakening,
  lint,
  type PolicyContent,
  type PolicyDocument,
  type PolicyFinding,
  parsePolicy,
  type WeakeningReport,
} from "@wardkey/protocol/policy";
import { policyBytes, policyDigest, signPolicy } from "@wardkey/protocol/policy/signed";
import { contentOf } from "../domain/content-of.js";
import type { PolicyStore, Proposal, ProposePort, PublishArgs, PublishedPolicy, Record, RolloutPort } from "./ports.js";
import { PUBLISH } from "./ports.js";

/** How long a policy holds unless its writer wants less. */
const VALID_DAYS = 365;

export interface PublishingParts {
  readonly site: string;
  readonly store: PolicyStore;
  readonly rollouts: RolloutPort;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly issuer: () => Promise<Issuer>;
  readonly devices: () => Promise<readonly DeviceFacts[]>;
  readonly record: Record;
  readonly propose: ProposePort["propose"];
  /** The highest version that some device may have met, though this site does not know it any more. */
  readonly floor: () => number;
}

export type PublishCode =
  | "policy-draft-unknown"
  | "policy-draft-conflict"
  | "policy-older"
  | "policy-expired"
  | "policy-site"
  | "policy-rollout-running"
  | "policy-version-unknown"
  | "policy-proposal-unknown"
  | "policy-digest"
  | "policy-needs-two"
  | PolicyFinding["code"];

export type Proposed =
  | { readonly ok: true; readonly approval: string; readonly needs: number; readonly args: PublishArgs }
  | { readonly ok: false; readonly code: PublishCode; readonly findings: readonly PolicyFinding[] };

export type Executed =
  | { readonly ok: true; readonly policy: PublishedPolicy }
  | { readonly ok: false; readonly code: PublishCode };

type By = Parameters<ProposePort["propose"]>[0]["by"];

/** From a draft to a signed policy: people approve the digest of the exact bytes, and only those are signed. */
export class Publishing {
  readonly #parts: PublishingParts;

  constructor(parts: PublishingParts) {
    this.#parts = parts;
  }

  /** Everything that is wrong with `content`, and where it would protect less than what is in force. */
  async check(content: PolicyContent): Promise<{ findings: readonly PolicyFinding[]; weakening: WeakeningReport }> {
    const devices = await this.#parts.devices();
    return { findings: lint(content, devices), weakening: await this.#weakening(content, devices) };
  }

  async proposeDraft(input: {
    id: string;
    revision: number;
    pace: Proposal["pace"];
    validDays?: number;
    by: By;
  }): Promise<Proposed> {
    const draft = await this.#parts.store.draft(input.id);
    if (draft === null) return this.#refused("policy-draft-unknown", input.by.id);
    if (draft.revision !== input.revision) return this.#refused("policy-draft-conflict", input.by.id);
    // Somebody published meanwhile: what this draft was compared with is not in force any more.
    if (draft.base !== (await this.#parts.store.newest())) return this.#refused("policy-older", input.by.id);
    return this.#propose({ ...input, content: draft.content, draft: draft.id, from: null });
  }

  /** A new version with an old content: versions never go back, so this is how a site does. Everybody gets it at once. */
  async rollForward(input: { version: number; by: By }): Promise<Proposed> {
    const old = await this.#parts.store.version(input.version);
    if (old === null) return this.#refused("policy-version-unknown", input.by.id);
    const content = { ...contentOf(old.document), note: `As version ${old.version}` };
    return this.#propose({ content, draft: null, from: old.version, pace: "at-once", by: input.by });
  }

  /** Called with an approval; the same one again answers what it made. */
  async execute(
    args: PublishArgs,
    by: { approval: string; proposer: string; approvers: readonly string[] },
  ): Promise<Executed> {
    const { store, record } = this.#parts;
    const made = await store.byApproval(by.approval);
    if (made !== null) return this.#offer(made, args);
    const checked = await this.#checkApproved(args, by);
    if (!checked.ok) {
      await record("policy.refused", { by: by.proposer, code: checked.code });
      return checked;
    }
    const { document, proposal, weakening } = checked;
    const { jws, digest } = await signPolicy(document, await this.#parts.issuer());
    if (digest !== args.digest) return { ok: false, code: "policy-digest" };
    const { version } = document;
    const policy: PublishedPolicy = {
      version,
      digest,
      document,
      jws,
      publishedAt: this.#parts.clock.now(),
      by: by.proposer,
      weakening,
      approval: by.approval,
    };
    await record("policy.published", { version, by: by.proposer, digest, weakening });
    if (proposal.from !== null)
      await record("policy.rolled-forward", { version, by: by.proposer, from: proposal.from });
    if (!(await store.add(policy))) return { ok: false, code: "policy-older" };
    if (proposal.draft !== null) await store.removeDraft(proposal.draft);
    return this.#offer(policy, args);
  }

  /**
   * Whether approving wants one person or two; two where nothing is known of it. `null`: the arguments name another
   * version, pace or digest than the proposal, or less weakening, and people read them before they sign.
   */
  async weight(args: PublishArgs): Promise<1 | 2 | null> {
    const proposal = await this.#parts.store.proposal(args.proposal);
    const parsed = proposal === null ? null : readProposal(proposal);
    if (proposal === null || parsed === null) return 2;
    const { weakening } = await this.#weakening(contentOf(parsed), []);
    const asItIs = args.version === parsed.version && args.digest === proposal.digest && args.pace === proposal.pace;
    if (!asItIs || (weakening && !args.weakening)) return null;
    return weakening ? 2 : 1;
  }

  async #propose(input: {
    content: PolicyContent;
    draft: string | null;
    from: number | null;
    pace: Proposal["pace"];
    validDays?: number;
    by: By;
  }): Promise<Proposed> {
    const { store, clock, newId, site, rollouts, devices } = this.#parts;
    const { content, draft, from, pace, by } = input;
    await rollouts.refresh();
    if (content.site !== site) return this.#refused("policy-site", by.id);
    if (rollouts.head()?.rollout?.status === "running") return this.#refused("policy-rollout-running", by.id);
    const now = clock.now();
    const document: PolicyDocument = {
      ...content,
      version: await this.#nextVersion(),
      issuedAt: now,
      expiresAt: after(now, days(input.validDays ?? VALID_DAYS)),
    };
    const parsed = parsePolicy(document);
    const known = await devices();
    const findings = parsed.ok ? lint(parsed.document, known) : parsed.findings;
    const first = findings.find(({ severity }) => severity === "error");
    if (!parsed.ok || first !== undefined) return this.#refused(first?.code ?? "policy-malformed", by.id, findings);
    const bytes = policyBytes(parsed.document);
    const digest = policyDigest(bytes);
    const { weakening } = await this.#weakening(content, known);
    const proposal: Proposal = {
      id: newId(),
      bytes: Buffer.from(bytes).toString("utf8"),
      digest,
      draft,
      from,
      pace,
      by: by.id,
      at: now,
    };
    await store.addProposal(proposal);
    const args: PublishArgs = { proposal: proposal.id, version: document.version, digest, weakening, pace };
    const { id, needs } = await this.#parts.propose({ kind: PUBLISH, args, by });
    return { ok: true, approval: id, needs, args };
  }

  async #nextVersion(): Promise<number> {
    return Math.max(await this.#parts.store.newest(), this.#parts.floor()) + 1;
  }

  async #refused(code: PublishCode, by: string, findings: readonly PolicyFinding[] = []): Promise<Proposed> {
    await this.#parts.record("policy.refused", { by, code });
    return { ok: false, code, findings };
  }

  async #checkApproved(
    args: PublishArgs,
    by: { proposer: string; approvers: readonly string[] },
  ): Promise<
    { ok: true; document: PolicyDocument; proposal: Proposal; weakening: boolean } | { ok: false; code: PublishCode }
  > {
    const { store, clock, site, rollouts } = this.#parts;
    await rollouts.refresh();
    const proposal = await store.proposal(args.proposal);
    if (proposal === null) return { ok: false, code: "policy-proposal-unknown" };
    const document = readProposal(proposal);
    const digest = policyDigest(Buffer.from(proposal.bytes, "utf8"));
    if (document === null || digest !== args.digest || proposal.digest !== args.digest) {
      return { ok: false, code: "policy-digest" };
    }
    if (document.site !== site) return { ok: false, code: "policy-site" };
    if (document.version !== (await this.#nextVersion())) return { ok: false, code: "policy-older" };
    if (clock.now() > document.expiresAt) return { ok: false, code: "policy-expired" };
    const wrong = lint(document).find(({ severity }) => severity === "error");
    if (wrong !== undefined) return { ok: false, code: wrong.code };
    if (rollouts.head()?.rollout?.status === "running") return { ok: false, code: "policy-rollout-running" };
    const { weakening } = await this.#weakening(contentOf(document), []);
    const others = by.approvers.filter((approver) => approver !== by.proposer);
    if (by.approvers.length === 0 || (weakening && others.length === 0)) return { ok: false, code: "policy-needs-two" };
    return { ok: true, document, proposal, weakening };
  }

  /** Against everything that some device may be working by: the stable version, and one whose roll-out was halted. */
  async #weakening(content: PolicyContent, devices: readonly DeviceFacts[]): Promise<WeakeningReport> {
    const head = this.#parts.rollouts.head();
    const versions = head === null ? [] : [head.stable, ...(head.rollout === null ? [] : [head.rollout.version])];
    const reports: WeakeningReport[] = [];
    for (const version of versions) {
      const inForce = await this.#parts.store.version(version);
      if (inForce !== null) reports.push(isWeakening(contentOf(inForce.document), content, devices));
    }
    return {
      weakening: reports.some(({ weakening }) => weakening),
      where: reports.flatMap(({ where }) => where),
      devices: [...new Set(reports.flatMap((report) => report.devices))],
    };
  }

  async #offer(policy: PublishedPolicy, args: PublishArgs): Promise<Executed> {
    const { rollouts } = this.#parts;
    const head = rollouts.head();
    const newest = Math.max(head?.stable ?? 0, head?.rollout?.version ?? 0);
    if (newest >= policy.version) return { ok: true, policy };
    const { version, by } = policy;
    const changed = args.pace === "rings" ? await rollouts.begin({ version, by }) : await rollouts.establish(version);
    return changed.ok || changed.code === "rollout-older"
      ? { ok: true, policy }
      : { ok: false, code: "policy-rollout-running" };
  }
}

function readProposal({ bytes }: Proposal): PolicyDocument | null {
  try {
    const parsed = parsePolicy(JSON.parse(bytes));
    return parsed.ok ? parsed.document : null;
  } catch {
    return null;
  }
}

/** The document of a site's first policy. */
export function genesisDocument(content: PolicyContent, now: number): PolicyDocument {
  return { ...content, version: 1, issuedAt: now, expiresAt: after(instant(now), days(VALID_DAYS)) };
}
