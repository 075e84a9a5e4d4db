import type { Clock } from "@wardkey/protocol";
import type { HolderTable } from "@wardkey/protocol/fleet";
import type { AgentConfig } from "./config.js";
import type { MeasuredRates, RatesInForce } from "./policy/index.js";
import type { PresenceSource, PresenceTuning } from "./presence/index.js";
import type { PhoneSession, ReaderIdentity, TapRunner } from "./tap/index.js";
import type { VisionPort } from "./vision/index.js";

/** Radio and camera, as the rest of the agent sees them. */
export interface Senses {
  readonly presence: PresenceSource;
  readonly taps: TapRunner;
  readonly vision: VisionPort;
  /** The false match rates that vision has thresholds for. */
  readonly measured: MeasuredRates;
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
  /** The rates that the policy in force picks among those measured; asked at every comparison. */
  readonly rates: (measured: MeasuredRates) => RatesInForce;
  /** Version of the policy in force, which phones are told; 0 when there is none. */
  readonly policyVersion: () => number;
  /** The least consent of a phone's owner that lets anybody in now; asked at every tap. */
  readonly leastConsent: () => PhoneSession["consent"];
  readonly clock: Clock;
  readonly reader: ReaderIdentity;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly log: (event: { code: string }) => void;
}

export type CreateSenses = (input: SensesInput) => Promise<Senses>;
