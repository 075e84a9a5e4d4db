/** A link to one phone's tap service. Whatever ends it, `onLost` says so once, and nothing of it stays behind. */
export interface PhoneLink {
  /** Agreed size of an ATT packet, 23..256. */
  readonly attMtu: number;
  /** How long linking and finding the service took, ms. */
  readonly timings: { readonly connect: number; readonly services: number };
  /** Turns notifications on; the phone answers with its first message. */
  subscribe(): Promise<LinkStep>;
  /** Writes one frame and waits for the phone's acknowledgement. One at a time. */
  write(frame: Uint8Array): Promise<LinkStep>;
  onFrame(listener: (frame: Uint8Array) => void): () => void;
  onLost(listener: (code: LinkLostCode) => void): () => void;
  /** Strength of the link now, dBm; undefined when the adapter does not say. */
  rssi(): Promise<number | undefined>;
  /** Ends the link; idempotent. */
  close(): Promise<void>;
}

/** `phone-refused`: the phone answered a request of the tap with an error, and the link was closed. */
export type LinkLostCode = "phone-lost" | "phone-refused" | "radio-down" | "closed";

export type LinkStep =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: LinkLostCode | "subscribe-timeout" | "write-timeout" };
