import { z } from "zod";
import { isBluetoothAddress } from "../hci/address.js";
import type { Advertisement, HeardFrame } from "../room/air.js";
import { ParticipantName, RoomReply } from "../room/control.js";
import { JoinOptions } from "../room/participant.js";

export const PROTOCOL_VERSION = 1;

const Base64 = z.base64().max(1024);
const AdvertisingData = Base64.refine((text) => Buffer.from(text, "base64").length <= 31);

/** The first frame of a client. Without `join` it only asks for the controls. */
export const Hello = z.strictObject({
  version: z.literal(PROTOCOL_VERSION),
  join: z.strictObject({ name: ParticipantName, options: JoinOptions }).optional(),
});

export const WELCOME_REFUSALS = [
  "invalid-request",
  "name-taken",
  "room-full",
  "room-closed",
  "unsupported-version",
] as const;
export const Welcome = z.discriminatedUnion("outcome", [
  z.strictObject({ outcome: z.literal("welcome") }),
  z.strictObject({ outcome: z.literal("refused"), reason: z.enum(WELCOME_REFUSALS) }),
]);

export const Request = z.strictObject({ id: z.int().min(0), request: z.unknown() });
export const Reply = z.strictObject({ id: z.int().min(0), reply: RoomReply });

export const Sniff = z.strictObject({ on: z.boolean() });

const WireAdvertisement = z.strictObject({
  address: z.string().refine(isBluetoothAddress),
  addressType: z.enum(["public", "random"]),
  type: z.union([z.literal(0), z.literal(2), z.literal(3)]),
  data: AdvertisingData,
  scanResponse: AdvertisingData.optional(),
});

export const Transmit = z.strictObject({ advertisements: z.array(WireAdvertisement).max(16) });

export const Heard = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("advertisement"),
    from: z.string(),
    rssi: z.number(),
    advertisement: WireAdvertisement,
  }),
  z.strictObject({
    kind: z.literal("acl"),
    from: z.string(),
    to: z.string(),
    rssi: z.number(),
    starts: z.boolean(),
    data: Base64,
  }),
]);

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const fromBase64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "base64"));

export function toWire(advertisement: Advertisement): z.infer<typeof WireAdvertisement> {
  const { scanResponse, data, ...rest } = advertisement;
  const wire = { ...rest, data: toBase64(data) };
  return scanResponse === undefined ? wire : { ...wire, scanResponse: toBase64(scanResponse) };
}

export function fromWire(wire: z.infer<typeof WireAdvertisement>): Advertisement {
  const { scanResponse, data, ...rest } = wire;
  const advertisement = { ...rest, data: fromBase64(data) };
  return scanResponse === undefined ? advertisement : { ...advertisement, scanResponse: fromBase64(scanResponse) };
}

export function heardToWire(frame: HeardFrame): z.infer<typeof Heard> {
  return frame.kind === "advertisement"
    ? { ...frame, advertisement: toWire(frame.advertisement) }
    : { ...frame, data: toBase64(frame.data) };
}

export function heardFromWire(wire: z.infer<typeof Heard>): HeardFrame {
  return wire.kind === "advertisement"
    ? { ...wire, advertisement: fromWire(wire.advertisement) }
    : { ...wire, data: fromBase64(wire.data) };
}
