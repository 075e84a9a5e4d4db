import type { Duration } from "@wardkey/protocol";
import type { PolicyHeadBody } from "@wardkey/protocol/fleet";
import type { PolicyContent, PolicyDocument } from "@wardkey/protocol/policy";
import type { Changed, Head, Ring } from "../../rollout/index.js";

/** A policy that was signed. Rows of it are only ever added. */
export interface PublishedPolicy {
  readonly version: number;
  readonly digest: string;
  readonly document: PolicyDocument;
  readonly jws: string;
  readonly publishedAt: number;
  /** An administrator's id, or `fleet` for the first one. */
  readonly by: string;
  readonly weakening: boolean;
  /** Of the approval that let it be signed; `null` for the first one. */
  readonly approval: string | null;
}

export type DraftOrigin = "console" | "checkout";

/** A policy that somebody is writing. */
export interface Draft {
  readonly id: string;
  /** Grows with each save: who saves names the one that they read. */
  readonly revision: number;
  readonly content: PolicyContent;
  /** The newest version when it was begun. */
  readonly base: number;
  readonly origin: DraftOrigin;
  readonly by: string;
  readonly at: number;
}

/** A document that waits for people's approval: exactly these bytes are signed, or none. */
export interface Proposal {
  readonly id: string;
  readonly bytes: string;
  readonly digest: string;
  readonly draft: string | null;
  /** The version whose content it brings back. */
  readonly from: number | null;
  readonly pace: "rings" | "at-once";
  readonly by: string;
  readonly at: number;
}

export interface PolicyStore {
  newest(): Promise<number>;
  version(version: number): Promise<PublishedPolicy | null>;
  byApproval(approval: string): Promise<PublishedPolicy | null>;
  /** Newest first. */
  versions(page: { before: number; limit: number }): Promise<readonly PublishedPolicy[]>;
  /** Adds it; answers `false` when its version is taken. */
  add(policy: PublishedPolicy): Promise<boolean>;
  drafts(): Promise<readonly Draft[]>;
  draft(id: string): Promise<Draft | null>;
  addDraft(draft: Draft): Promise<void>;
  /** Writes it over the draft of the revision before; answers `false` when that is not there any more. */
  saveDraft(draft: Draft): Promise<boolean>;
  /** Answers whether there was one. */
  removeDraft(id: string): Promise<boolean>;
  addProposal(proposal: Proposal): Promise<void>;
  proposal(id: string): Promise<Proposal | null>;
}

/** Signs what the fleet says and gives it to the broker; keeps trying while the broker is away. */
export interface HeadLink {
  send(message: {
    to: "all";
    kind: "policy";
    body: PolicyHeadBody;
    epoch: number;
    retain: true;
    expiresIn: Duration;
  }): Promise<unknown>;
}

/** Who runs which version. */
export interface RolloutPort {
  /** Reads what another fleet server may have changed. */
  refresh(): Promise<void>;
  head(): Head | null;
  versionFor(device: string): number | null;
  establish(version: number): Promise<Changed>;
  begin(input: { version: number; by: string; rings?: readonly Ring[] }): Promise<Changed>;
  onHead(listener: (head: Head) => Promise<void>): () => void;
  restate(): Promise<void>;
}

/** People's approval, as the HTTP platform runs it. */
export interface ProposePort {
  propose(input: {
    kind: typeof PUBLISH;
    args: PublishArgs;
    by: {
      readonly id: string;
      readonly name: string;
      readonly role: "viewer" | "operator" | "security-officer" | "administrator";
    };
  }): Promise<{ readonly id: string; readonly digest: string; readonly needs: number; readonly expiresAt: number }>;
}

export const PUBLISH = "policy.publish";

/** What people approve: the digest is of the bytes that will be signed. */
export interface PublishArgs {
  readonly proposal: string;
  readonly version: number;
  readonly digest: string;
  readonly weakening: boolean;
  readonly pace: "rings" | "at-once";
}

export type Record = (
  kind: string,
  body: { readonly [key: string]: string | number | boolean | null },
) => Promise<void>;
