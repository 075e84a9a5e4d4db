import type { LockReason, RefusalReason } from "@wardkey/protocol/screen";
import type { LockAccount } from "../presence/index.js";
import type { LeavingCause } from "../session/index.js";

/** What a kiosk can notice, at monotonic ms `at`. Signs of a link that the kiosk does not hold just now are passed over. */
export type Observation =
  | {
      readonly at: number;
      readonly type: "advert";
      readonly phone: string;
      readonly rssi: number;
      readonly address?: string;
    }
  | { readonly at: number; readonly type: "link-strength"; readonly phone: string; readonly rssi: number }
  /** `moved`, `steps`: since the one before. */
  | {
      readonly at: number;
      readonly type: "heartbeat";
      readonly phone: string;
      readonly moved: boolean;
      readonly steps?: number;
    }
  | { readonly at: number; readonly type: "link-lost"; readonly phone: string }
  /**
   * `size`: the face's height over the picture's, 0..1. `track`: a new number for another face, or one that was out of view.
   * `steadyMs`: how long it has kept to its place in the picture; 0 while its owner walks.
   */
  | {
      readonly at: number;
      readonly type: "face";
      readonly faces: number;
      readonly size: number | null;
      readonly track: number | null;
      readonly steadyMs?: number;
    }
  | { readonly at: number; readonly type: "input" };

/** The truth behind the taps of a replay. */
export interface ReplayWorld {
  /** Milliseconds from the question to the released template; `null`: the phone does not answer. */
  tap(phone: string, at: number): number | null;
  /** Whether the owner of this phone is before the camera. */
  faceOf(phone: string, at: number): "match" | "no-match" | "no-face";
}

export type ReplayEvent =
  | { readonly at: number; readonly type: "asked"; readonly phone: string }
  | { readonly at: number; readonly type: "unlocked"; readonly phone: string }
  | { readonly at: number; readonly type: "refused"; readonly phone: string; readonly reason: RefusalReason }
  | { readonly at: number; readonly type: "veiled"; readonly phone: string; readonly why: LeavingCause }
  | { readonly at: number; readonly type: "kept"; readonly phone: string; readonly because: "back" | "stay" }
  | {
      readonly at: number;
      readonly type: "locked";
      readonly phone: string;
      readonly why: LockReason;
      readonly account: LockAccount;
    };
