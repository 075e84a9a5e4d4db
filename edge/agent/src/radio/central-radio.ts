import type { PhoneLink } from "./phone-link.js";

/** One advertisement of a phone that could be connected to. `identifier` is valid only during the call: copy it. */
export interface Advert {
  readonly address: string;
  readonly addressType: AddressType;
  /** 16 bytes. */
  readonly identifier: Uint8Array;
  /** dBm. */
  readonly rssi: number;
}

export type AddressType = "public" | "random";

/** Where a phone was heard: what it takes to connect to it. */
export interface RadioAddress {
  readonly address: string;
  readonly addressType: AddressType;
}

export type ConnectCode =
  | "radio-down"
  | "connect-timeout"
  | "connect-failed"
  | "services-timeout"
  | "service-missing"
  | "phone-lost"
  | "aborted";

export type Connected =
  | { readonly ok: true; readonly link: PhoneLink }
  | { readonly ok: false; readonly code: ConnectCode };

/** The Bluetooth central of this kiosk: hears advertisements and links to one phone at a time. */
export interface CentralRadio {
  /** Powers up and scans until stopped. */
  start(): Promise<void>;
  /** Ends scanning and every link. */
  stop(): Promise<void>;
  state(): "ok" | "down";
  onState(listener: (state: "ok" | "down") => void): () => void;
  /** Called for each advertisement that carries exactly one 128-bit UUID, duplicates included. It must be quick and keep nothing. */
  onAdvert(listener: (advert: Advert) => void): () => void;
  /** Links, finds the tap's service, and agrees on the size of frames; each step has its deadline. Never throws. */
  connect(to: RadioAddress, signal: AbortSignal): Promise<Connected>;
}
