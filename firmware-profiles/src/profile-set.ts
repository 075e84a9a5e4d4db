import { z } from "zod";
import { type BadgeReaderProfile, Profile, type RelayProfile, type UsbId } from "./schema.js";

/** A device as the system shows it. */
export interface UsbDevice {
  readonly vendor: number;
  readonly product: number;
  /** Its product string. */
  readonly name: string | null;
  readonly interface: number | null;
  /** HID usage page and usage; `null` where the system does not tell, and for what is no HID device. */
  readonly usage: { readonly page: number; readonly id: number } | null;
  /** HID unless it says otherwise. */
  readonly transport?: "hid" | "usb-serial";
}

/**
 * What becomes of a device. `keyboard`: it could type, and no profile shows that it is silent.
 * `keyboard-wedge`: known to type. `device-unknown`: no profile. `transport-unserved`: known, and it speaks another way than the one that it was found by.
 */
export type Verdict =
  | { readonly use: BadgeReaderProfile | RelayProfile }
  | {
      readonly refused: "keyboard" | "keyboard-wedge" | "device-unknown" | "transport-unserved";
      readonly profile: string | null;
    };

/** What the fleet pushes: profiles that take the place of those of the same id, or come new; and ids that are no longer used. */
export const ProfileBundle = z.strictObject({
  v: z.literal(1),
  /** Only grows. */
  version: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  profiles: z.array(Profile).max(200),
  retired: z.array(z.string().regex(/^[a-z0-9-]{1,63}$/)).max(200),
});
export type ProfileBundle = z.infer<typeof ProfileBundle>;

/** Generic Desktop: keyboard, keypad. HID Usage Tables 1.4, 4. */
const TYPES = new Set(["0001:0006", "0001:0007"]);

/** The devices that a kiosk knows. Whatever is not in it is refused. */
export class ProfileSet {
  readonly profiles: readonly Profile[];

  constructor(profiles: readonly Profile[]) {
    this.profiles = profiles;
  }

  /** With what the fleet says in force. */
  with({ profiles, retired }: Pick<ProfileBundle, "profiles" | "retired">): ProfileSet {
    const gone = new Set([...retired, ...profiles.map(({ id }) => id)]);
    const said = profiles.filter(({ id }) => !retired.includes(id));
    return new ProfileSet([...said, ...this.profiles.filter(({ id }) => !gone.has(id))]);
  }

  /** The profile that names this device most closely; of equals the first. */
  of(device: UsbDevice): Profile | null {
    let best: { profile: Profile; closeness: number } | null = null;
    for (const profile of this.profiles) {
      for (const usb of profile.usb) {
        const closeness = closenessOf(usb, device);
        if (closeness > (best?.closeness ?? 0)) best = { profile, closeness };
      }
    }
    return best?.profile ?? null;
  }

  judge(device: UsbDevice): Verdict {
    const profile = this.of(device);
    const refused = (why: Extract<Verdict, { refused: string }>["refused"]): Verdict => ({
      refused: why,
      profile: profile?.id ?? null,
    });
    if (profile?.kind === "keyboard-wedge") return refused("keyboard-wedge");
    const types = device.usage !== null && TYPES.has(usageText(device.usage));
    const silent = profile?.kind === "badge-reader" && provesSilence(profile);
    if (types && !silent) return refused("keyboard");
    if (profile === null || (profile.kind !== "badge-reader" && profile.kind !== "relay")) {
      return refused("device-unknown");
    }
    return profile.transport === (device.transport ?? "hid") ? { use: profile } : refused("transport-unserved");
  }
}

/** A profile that lets a keyboard in shows by an answer of the device that it does not type. */
const provesSilence = ({ open }: BadgeReaderProfile): boolean =>
  open.otherwise === "reader-types" && open.required.length > 0;

const hex16 = (value: number): string => value.toString(16).padStart(4, "0");
const usageText = ({ page, id }: { page: number; id: number }): string => `${hex16(page)}:${hex16(id)}`;

/** 0: another device. */
function closenessOf(usb: UsbId, device: UsbDevice): number {
  if (usb.vendor !== hex16(device.vendor) || usb.product !== hex16(device.product)) return 0;
  let closeness = 1;
  if (usb.named !== undefined) {
    if (usb.named !== device.name) return 0;
    closeness += 4;
  }
  if (usb.usage !== undefined) {
    if (device.usage === null || usb.usage !== usageText(device.usage)) return 0;
    closeness += 2;
  }
  if (usb.interface !== undefined) {
    if (usb.interface !== device.interface) return 0;
    closeness += 1;
  }
  return closeness;
}
