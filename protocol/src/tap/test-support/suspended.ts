import { kioskTap } from "../kiosk.js";
import type { KioskState } from "../kiosk-types.js";
import type { Moment } from "../machine.js";
import { phoneTap } from "../phone.js";
import type { PhoneState } from "../phone-types.js";
import { type Middle, rehearse, type Script } from "./rehearse.js";
import { NOW, type RehearsalSite } from "./site.js";

/** A tap held just before one of its messages arrives, to which that message can be given again and again. */
export interface Suspended {
  readonly message: Uint8Array;
  /** What the side does that receives this in the message's place. */
  readonly receive: (message: Uint8Array) => readonly { readonly type: string }[];
}

const AT: Moment = { now: NOW, monotonic: 1_000 };

/** Holds a tap before its message `index` (0 is M1). Every receipt starts from the same state, secrets copied. */
export function suspendBefore(site: RehearsalSite, index: number, purpose: Script["purpose"] = "unlock"): Suspended {
  const middle: Middle = (message, _from, at) => (at === index ? null : message);
  const { sent, phone, kiosk } = rehearse({ site, purpose, middle });
  const held = sent[index];
  if (held === undefined) throw new Error(`the tap has no message ${index}`);
  const { message } = held;
  return held.from === "phone"
    ? { message, receive: (given) => kioskTap(copyOfKiosk(kiosk), { type: "received", message: given }, AT).effects }
    : { message, receive: (given) => phoneTap(copyOfPhone(phone), { type: "received", message: given }, AT).effects };
}

/** A refusal overwrites secrets in place: each try has its own. */
function copyOfKiosk(state: KioskState): KioskState {
  if (state.phase === "ended" || state.phase === "awaiting-hello") return state;
  return { ...state, secured: structuredClone(state.secured) };
}

function copyOfPhone(state: PhoneState): PhoneState {
  if (state.phase === "ended") return state;
  if (state.phase === "awaiting-answer") {
    return { ...state, ephemeral: structuredClone(state.ephemeral), nonce: state.nonce.slice() };
  }
  return { ...state, secured: structuredClone(state.secured) };
}
