import type { UsbDevice } from "@wardkey/firmware-profiles";

/** A HID interface as the system lists it. */
export interface HidDevice extends UsbDevice {
  /** What it is opened by; the same as long as it stays plugged in. */
  readonly path: string;
}

/** An open HID interface. Its promises may never settle: whoever waits has a deadline. */
export interface HidConnection {
  /** The first byte is the report's number, 00 where there is none. */
  send(kind: "feature" | "output", bytes: Uint8Array): Promise<void>;
  feature(report: number, length: number): Promise<Uint8Array>;
  /** What comes by itself, and the answers to output reports. */
  onInput(listener: (bytes: Uint8Array) => void): void;
  /** Pulled out, or failed. Told once. */
  onGone(listener: () => void): void;
  close(): Promise<void>;
}

/** The HID interfaces of this machine. */
export interface HidBus {
  devices(): Promise<readonly HidDevice[]>;
  /** Rejects when it cannot be opened: it is gone, somebody else's, or not permitted. */
  open(path: string): Promise<HidConnection>;
}
