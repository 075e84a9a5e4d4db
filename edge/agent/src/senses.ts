import type { Clock } from "@wardkey/protocol";
import type { HolderTable } from "@wardkey/protocol/fleet";
import type { AgentConfig } from "./config.js";
import type { PresenceSource, PresenceTuning } from "./presence/index.js";
import type { ReaderIdentity, TapRunner } from "./tap/index.js";
import type { VisionPort } from "./vision/index.js";

/** Radio and camera, as the rest of the agent sees them. */
export interface Senses {
  readonly presence: PresenceSource;
  readonly taps: TapRunner;
  readonly vision: VisionPort;
  /** False match rates that were measured at the thresholds by which vision matches. */
  readonly rates: { readonly bare: number; readonly masked: number };
  /** Whom to look for from now on; `null` when the lease has ended. Takes the table over. */
  knows(table: HolderTable | null): void;
  /** After presence and vision have stopped. */
  close(): Promise<void>;
}

export interface SensesInput {
  readonly config: AgentConfig;
  readonly livenessEnforced: boolean;
  /** Where presence draws its lines now. */
  readonly tuning: () => Partial<PresenceTuning>;
  /** Version of the policy in force, which phones are told; 0 when there is none. */
  readonly policyVersion: () => number;
  readonly clock: Clock;
  readonly reader: ReaderIdentity;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly log: (event: { code: string }) => void;
}

export type CreateSenses = (input: SensesInput) => Promise<Senses>;
