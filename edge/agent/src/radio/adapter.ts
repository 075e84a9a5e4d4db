import type { EventEmitter } from "node:events";

/** Why there is no radio just now. A simulated room refuses with codes of its own. */
export type AdapterCode =
  /** This system has no Bluetooth at all. */
  | "bluetooth-unsupported"
  /** Nothing is plugged in. */
  | "adapter-missing"
  /** Switched off, by rfkill or by nobody having switched it on. */
  | "adapter-off"
  /** This process may not speak to it: CAP_NET_RAW is missing. */
  | "adapter-forbidden"
  /** It is there and does not answer. */
  | "adapter-silent";

export type OpenedAdapter =
  | {
      readonly ok: true;
      /** A noble that nobody has powered up yet. */
      readonly noble: EventEmitter;
      /** After the radio has let go of the noble. */
      close(): Promise<void>;
    }
  | { readonly ok: false; readonly code: AdapterCode | (string & {}) };

/** Where a noble comes from. Asked again each time that the one before went away: adapters are unplugged, and hang. */
export interface BluetoothAdapter {
  /** Never throws. */
  open(): Promise<OpenedAdapter>;
}

/** An adapter that is open already and cannot be opened a second time: when it is gone, it is gone. */
export function alreadyOpen(noble: EventEmitter, close: () => Promise<void> = async () => {}): BluetoothAdapter {
  let opened = false;
  return {
    async open() {
      if (opened) return { ok: false, code: "adapter-missing" };
      opened = true;
      return { ok: true, noble, close };
    },
  };
}
