import { z } from "zod";
import { Byte, Hex } from "./bytes.js";

/** What a profile may say. It is data: nothing in it can run, loop, or reach further than the one device it describes. */

const Id = z.string().regex(/^[a-z0-9-]{1,63}$/);
const Hex16 = z.string().regex(/^[0-9a-f]{4}$/);
const Words = z.string().min(1).max(400);
const FrameName = z.string().regex(/^[a-z][a-z-]{0,23}$/);
/** The largest report that any profile here speaks of is MagTek's, 337 bytes. */
const Position = z.number().int().min(0).max(600);

/** Which device. `product` and `usage` tell apart what shares a vendor's and product's number, as hobbyists' numbers are shared. */
const UsbId = z.strictObject({
  vendor: Hex16,
  product: Hex16,
  /** Its product string, exactly. */
  named: z.string().min(1).max(64).optional(),
  /** HID usage page and usage of the interface, `ff00:0001`. */
  usage: z
    .string()
    .regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/)
    .optional(),
  interface: z.number().int().min(0).max(31).optional(),
});
export type UsbId = z.infer<typeof UsbId>;

/** The first byte that is sent is the report's number, 00 where a device has none (hidapi's convention). */
const Send = z.strictObject({ send: z.enum(["feature", "output"]), bytes: Hex });
const Take = z.strictObject({
  take: FrameName,
  from: z.enum(["feature", "input"]),
  /** 0: it has no number. A feature report then begins with a 00 that stands for it, an input report does not (hidapi). */
  report: z.number().int().min(0).max(255),
  length: z.number().int().min(1).max(600),
});
const Step = z.union([Send, Take]);
export type Step = z.infer<typeof Step>;

const Condition = z.union([
  /** The bytes at `at`, under `mask` where one is given, are these (`is`), or anything else (`isNot`). */
  z.strictObject({ of: FrameName, at: Position, is: Hex, mask: Hex.optional() }),
  z.strictObject({ of: FrameName, at: Position, isNot: Hex, mask: Hex.optional() }),
  /** The byte at `at` is the exclusive or of those from `from` until before `to`. */
  z.strictObject({ of: FrameName, at: Position, xorFrom: Position, xorTo: Position }),
  /** There are at least so many bytes. */
  z.strictObject({ of: FrameName, atLeast: Position }),
]);
export type Condition = z.infer<typeof Condition>;

const Length = z.union([
  z.number().int().min(1).max(64),
  /** A byte of an answer says it, `less` of them being something else; more than `most` bytes are refused. */
  z.strictObject({
    of: FrameName,
    at: Position,
    in: z.enum(["bytes", "bits"]),
    less: z.number().int().min(1).max(8).optional(),
    most: z.number().int().min(1).max(64),
  }),
  /** Up to the first of these bytes, which are not part of it. */
  z.strictObject({ until: z.array(Byte).min(1).max(4), most: z.number().int().min(1).max(64) }),
]);

const Part = z.strictObject({
  of: FrameName,
  at: Position,
  length: Length,
  reversed: z.boolean().optional(),
});
export type Part = z.infer<typeof Part>;

/** `uid-only`: nothing but a number answered, which any shop copies. The others only where the reader itself has checked a key. */
export const BadgeTechnology = z.enum(["uid-only", "seos", "desfire", "piv", "fido"]);
export type BadgeTechnology = z.infer<typeof BadgeTechnology>;

const Open = z.strictObject({
  steps: z.array(Step).max(8),
  /** What must hold after them, or the device is not used: `reader-types` for one that would also type what it reads. */
  required: z.array(Condition).max(8),
  otherwise: z.enum(["reader-types", "answer-unexpected"]),
});

const Common = {
  schema: z.literal(1),
  id: Id,
  name: z.string().min(1).max(120),
  usb: z.array(UsbId).min(1).max(16),
  /** Where what is said here is written down for everybody. */
  sources: z.array(Words).min(1).max(8),
  quirks: z.array(Words).max(8),
};

export const BadgeReaderProfile = z.strictObject({
  ...Common,
  kind: z.literal("badge-reader"),
  /** `usb-serial`: lines of hexadecimal text. `ccid` is described here and opened by no adapter yet. */
  transport: z.enum(["hid", "usb-serial", "ccid"]),
  open: Open,
  read: z.discriminatedUnion("by", [
    /** It speaks by itself: each input report is the frame `input`. */
    z.strictObject({ by: z.literal("input") }),
    /** It is asked: `steps` run every `everyMs`. */
    z.strictObject({
      by: z.literal("asking"),
      everyMs: z.number().int().min(100).max(5_000),
      steps: z.array(Step).min(1).max(8),
    }),
  ]),
  badge: z.strictObject({
    /** All hold: a badge is there. */
    present: z.array(Condition).min(1).max(8),
    /** All hold too, or what was read is damaged. */
    sound: z.array(Condition).max(8),
    /** Put together in order. 4 to 32 bytes in all. */
    identifier: z.array(Part).min(1).max(4),
    technology: BadgeTechnology,
  }),
});
export type BadgeReaderProfile = z.infer<typeof BadgeReaderProfile>;

const Value = z.union([
  z.strictObject({ on: Byte, off: Byte }),
  /** The channel's number, times `times`, plus `plus`, and what is added when it is switched on. */
  z.strictObject({
    channel: z.literal(true),
    times: z.number().int().min(1).max(16).optional(),
    plus: z.number().int().min(0).max(255).optional(),
    whenOn: Byte.optional(),
  }),
  /** A bit for each channel, channel 1 lowest: those on, those off, or the one that is switched. */
  z.strictObject({ bits: z.enum(["on", "off", "this"]), inverted: z.boolean().optional() }),
]);

const Patch = z.strictObject({
  at: Position,
  /** Between two channels' places: channel 1 is at `at`, channel 2 at `at + stride`. */
  stride: z.number().int().min(1).max(32).optional(),
  value: Value,
});
export type Patch = z.infer<typeof Patch>;

export const RelayProfile = z.strictObject({
  ...Common,
  kind: z.literal("relay"),
  transport: z.literal("hid"),
  channels: z.number().int().min(1).max(8),
  open: Open,
  set: z.strictObject({ send: z.enum(["feature", "output"]), bytes: Hex, patches: z.array(Patch).min(1).max(8) }),
  /** How the board tells which channels are on; `null`: it does not, and what was sent is believed. */
  state: z
    .strictObject({ steps: z.array(Step).min(1).max(4), of: FrameName, at: Position, inverted: z.boolean().optional() })
    .nullable(),
  /** What a kiosk does with it unless it is told otherwise. */
  defaults: z.strictObject({
    use: z.enum(["hold", "pulse"]),
    pulseMs: z.number().int().min(50).max(10_000),
    /** What the channel is when nobody may use what hangs on it. */
    failSafe: z.enum(["off", "on"]),
  }),
});
export type RelayProfile = z.infer<typeof RelayProfile>;

export const BleAdapterProfile = z.strictObject({
  ...Common,
  kind: z.literal("ble-adapter"),
  /** Over the answer to HCI Read Local Version Information, Core 5.3 Vol 4 E 7.4.1, as the frame `local-version`. */
  answers: z.array(Condition).min(1).max(8),
  defaults: z.strictObject({
    /** Links that are held at once; more phones wait. */
    links: z.number().int().min(1).max(20),
    scanWhileLinked: z.boolean(),
  }),
});
export type BleAdapterProfile = z.infer<typeof BleAdapterProfile>;

export const CameraProfile = z.strictObject({
  ...Common,
  kind: z.literal("camera"),
  /** As the kernel calls it (V4L2 card). */
  names: z.array(z.string().min(1).max(80)).min(1).max(8),
  /** Over its USB device descriptor, USB 2.0 9.6.1, as the frame `device`. */
  answers: z.array(Condition).min(1).max(8),
  defaults: z.strictObject({
    format: z.enum(["mjpeg", "yuyv422"]),
    width: z.number().int().min(320).max(3_840),
    height: z.number().int().min(240).max(2_160),
    framesPerSecond: z.number().int().min(5).max(60),
  }),
});
export type CameraProfile = z.infer<typeof CameraProfile>;

/** Known, and never used: a keyboard that types badge numbers into whatever has the focus. */
export const WedgeProfile = z.strictObject({ ...Common, kind: z.literal("keyboard-wedge"), instead: Words });
export type WedgeProfile = z.infer<typeof WedgeProfile>;

export const Profile = z.discriminatedUnion("kind", [
  BadgeReaderProfile,
  RelayProfile,
  BleAdapterProfile,
  CameraProfile,
  WedgeProfile,
]);
export type Profile = z.infer<typeof Profile>;
