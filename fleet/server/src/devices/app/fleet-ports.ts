import type { Duration } from "@wardkey/protocol";
import type { CertificateChain, Checked } from "@wardkey/protocol/credential";
import type { DenyListBody, DesiredBody, EnrolmentTicket } from "@wardkey/protocol/fleet";
import type { DeviceKind } from "../domain/device.js";

/** What devices need of the rest of the fleet server, in their own words. */

export interface DeviceIdentities {
  /** `replace`: for a device that had or was denied an identity; spending the ticket denies what it had before. */
  issueTicket(input: {
    device: string;
    profile: DeviceKind;
    ttl: Duration;
    replace?: boolean;
  }): Promise<Checked<{ ticket: EnrolmentTicket }, string>>;
  /** The new deny epoch; durable before it resolves, and harmless for one already denied. */
  denyDevice(device: string): Promise<number>;
  denyEpoch(): number;
  denyList(): DenyList | Promise<DenyList>;
  /** The certificate by which phones know this kiosk, renewed when it is due or its words changed; `null`: no key yet. */
  reader(subject: { kiosk: string; name: string; ward: string }): Promise<{ chain: CertificateChain } | null>;
  status(device: string): Promise<{ status: Uint8Array; denyEpoch: number; notAfter: number }>;
  denyNotice(): Promise<Uint8Array | null>;
}

export interface DenyList {
  readonly denyEpoch: number;
  readonly devices: readonly string[];
  readonly holders: readonly string[];
  readonly serials: readonly string[];
  /** Epochs of which the site knows nothing since it was restored from a backup. */
  readonly gap?: DenyListBody["gap"];
}

/** The table of holders: the same bytes for every kiosk until people or the block of time change. */
export interface HolderTables {
  current(): Promise<{ digest: string; bytes: Uint8Array }>;
  /** Also one just replaced, for a kiosk that asked for its lease a moment ago. */
  at(digest: string): { digest: string; bytes: Uint8Array } | null;
}

/** Which policy a device is to run now. */
export interface PolicyTargets {
  of(device: string): DesiredBody["policy"];
}

export type Fact = string | number | boolean | null;
/** One entry of the site's audit; resolves when it is durable. */
export type RecordAct = (kind: string, body: Readonly<Record<string, Fact>>) => Promise<void>;

export type { Timers } from "../../platform/timers.js";

export type Log = (event: { code: string; device?: string; [fact: string]: Fact | undefined }) => void;
