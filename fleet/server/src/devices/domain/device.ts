import type { DEVICE_STATES } from "@wardkey/protocol/fleet";
import type { DEVICE_KINDS } from "@wardkey/protocol/policy";

/** What a device is, which is also the profile of its identity certificate. */
export type DeviceKind = (typeof DEVICE_KINDS)[number];

export type DeviceState = (typeof DEVICE_STATES)[number];

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly ward: string;
  readonly kind: DeviceKind;
  readonly tags: readonly string[];
  readonly state: DeviceState;
  /** Why it is quarantined or denied; `null` otherwise. */
  readonly reason: string | null;
  readonly addedAt: number;
  readonly enrolledAt: number | null;
  readonly changedAt: number;
  /** Grows with every change of this record. */
  readonly revision: number;
}

export type DeviceAct = "enrol" | "ticket" | "quarantine" | "release" | "deny" | "replace" | "retire";

export type Transition =
  | { readonly ok: true; readonly state: DeviceState }
  | {
      readonly ok: false;
      readonly code:
        | "device-retired"
        | "device-denied"
        | "device-quarantined"
        | "device-enrolled"
        | "device-not-quarantined";
    };

/** What an act makes of a device. A retired one stays retired: its id is spent, so that an audit never means two things. */
export function transition({ state, enrolledAt }: Pick<Device, "state" | "enrolledAt">, act: DeviceAct): Transition {
  if (state === "retired") return act === "retire" ? { ok: true, state } : { ok: false, code: "device-retired" };
  switch (act) {
    case "retire":
      return { ok: true, state: "retired" };
    case "deny":
      return { ok: true, state: "denied" };
    case "replace":
      return { ok: true, state: "awaiting" };
    case "quarantine":
      return state === "denied" ? { ok: false, code: "device-denied" } : { ok: true, state: "quarantined" };
    case "release":
      if (state !== "quarantined") return { ok: false, code: "device-not-quarantined" };
      return { ok: true, state: enrolledAt === null ? "awaiting" : "enrolled" };
    case "enrol":
      if (state === "denied") return { ok: false, code: "device-denied" };
      return { ok: true, state: state === "quarantined" ? "quarantined" : "enrolled" };
    case "ticket":
      if (state === "denied") return { ok: false, code: "device-denied" };
      if (state === "quarantined") return { ok: false, code: "device-quarantined" };
      return state === "enrolled" ? { ok: false, code: "device-enrolled" } : { ok: true, state };
  }
}

/** What `down/desired` says of a device in this state. */
export function desiredStatus(state: DeviceState): "active" | "quarantined" | "denied" {
  switch (state) {
    case "awaiting":
    case "enrolled":
      return "active";
    case "quarantined":
      return "quarantined";
    case "denied":
    case "retired":
      return "denied";
  }
}

/** Whether machines may exchange messages with it now. */
export const mayTalk = (state: DeviceState): boolean => state === "awaiting" || state === "enrolled";
