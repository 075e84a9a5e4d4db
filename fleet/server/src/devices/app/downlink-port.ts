import type { DownBody, DownKind } from "@wardkey/protocol/fleet";

export interface DownState {
  readonly topic: string;
  readonly audience: string;
  readonly kind: DownKind;
  readonly body: DownBody<DownKind>;
  readonly epoch: number;
  /** Milliseconds from its signing. */
  readonly expiresIn: number;
  readonly renewAt: number;
}

/** What is retained downward, as said and not as signed: it is signed anew whenever it is published. */
export interface DownStateStore {
  /** One answer a state, in order; `older` when a newer epoch of its topic is kept. */
  keep(states: readonly DownState[]): Promise<readonly ("kept" | "older")[]>;
  /** In order of topics. */
  page(afterTopic: string, limit: number): Promise<readonly DownState[]>;
  dueForRenewal(at: number, limit: number): Promise<readonly DownState[]>;
  renewed(topic: string, renewAt: number): Promise<void>;
  forget(topic: string): Promise<void>;
}
