import type { AddressType, BluetoothAddress } from "../hci/address.js";
import type { ConnectionParameters } from "../hci/events.js";
import type { Link, LinkEnd, LinkQuality, LinkSide } from "./link.js";

/** What an advertiser sends on the advertising channels. */
export interface Advertisement {
  readonly address: BluetoothAddress;
  readonly addressType: AddressType;
  /** Core 5.3 Vol 6 B 2.3.1: 0 connectable and scannable, 2 scannable, 3 neither. */
  readonly type: 0 | 2 | 3;
  readonly data: Uint8Array;
  /** Answers an active scanner; absent for type 3. */
  readonly scanResponse?: Uint8Array;
}

/** What somebody in reach of a transmission hears of it. */
export type HeardFrame =
  | {
      readonly kind: "advertisement";
      readonly from: string;
      readonly rssi: number;
      readonly advertisement: Advertisement;
    }
  | {
      readonly kind: "acl";
      readonly from: string;
      readonly to: string;
      readonly rssi: number;
      readonly starts: boolean;
      readonly data: Uint8Array;
    };

/** A controller as the air knows it. */
export interface Station {
  readonly name: string;
  /** Its receiver is on: only then does it matter what is in the air. */
  readonly listening: boolean;
  /** An advertisement reached it. `again` is the strength of a scan response in the same event, if it gets through too. */
  hear(heard: { from: string; advertisement: Advertisement; rssi: number; again: () => number | undefined }): void;
  /** Still advertising as this address, connectable, with room for one more link. */
  acceptsConnection(address: BluetoothAddress): boolean;
  /** Takes one end of a new link. */
  attach(attached: AttachedLink): LinkEnd;
  /** Everything that the position of this participant lets it overhear. */
  overhear(frame: HeardFrame): void;
  readonly overhearing: boolean;
}

export interface AttachedLink {
  readonly side: LinkSide;
  readonly peer: { readonly name: string; readonly address: BluetoothAddress; readonly type: AddressType };
  readonly parameters: ConnectionParameters;
  /** Filled when both ends are attached. */
  readonly link: () => Link;
}

export interface ConnectRequest {
  readonly initiator: { readonly name: string; readonly address: BluetoothAddress; readonly type: AddressType };
  readonly advertiser: { readonly name: string; readonly address: BluetoothAddress; readonly type: AddressType };
  readonly parameters: ConnectionParameters;
}

/** What a controller may ask of the room that it is in. */
export interface Air {
  broadcast(from: string, advertisement: Advertisement): void;
  accepts(advertiser: ConnectRequest["advertiser"]): boolean;
  connect(request: ConnectRequest): void;
  /** Strength at `at` of what `from` sends now, dBm; undefined when `from` is gone. */
  rssi(from: string, at: string): number | undefined;
  quality(a: string, b: string): LinkQuality;
}
