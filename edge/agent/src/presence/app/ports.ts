import type { RadioAddress } from "../../radio/index.js";
import type { LockAccount } from "../domain/account.js";
import type { FaceSight } from "../domain/face-watch.js";
import type { LeavingWhy } from "../domain/served-phone.js";

/** A wallet that the site knows, as the holder table names it: stable over windows and radio addresses. */
export interface HolderRef {
  readonly id: string;
  /** Enrolled without a face: asked only when somebody at the kiosk says so. */
  readonly faceless?: true;
}

export type PresenceEvent =
  /** A known phone comes nearer; `evidence` is 0..1. At most four a second for one phone. */
  | { readonly type: "approaching"; readonly holder: HolderRef; readonly evidence: number }
  /**
   * It crossed the near line inwards: it may be asked. `guessed`: it did not, but somebody waits at the screen whose phone it
   * may be.
   */
  | { readonly type: "near"; readonly holder: HolderRef; readonly guessed?: true }
  /**
   * The person served leaves: their link, their face and their hands say so together. Told again when the reason grows
   * graver. `within`: the lock comes so many ms from now unless they are back; absent: by the session's own countdown.
   */
  | { readonly type: "leaving"; readonly holder: HolderRef; readonly why: LeavingWhy; readonly within?: number }
  /** The person served came back before it was too late. */
  | { readonly type: "back"; readonly holder: HolderRef }
  /** A phone that was near went beyond the leave line or fell silent; the person served has gone for certain. */
  | { readonly type: "gone"; readonly holder: HolderRef; readonly still?: boolean }
  | { readonly type: "radio"; readonly state: "ok" | "down" };

export type LinkEvent =
  /** `steps`: since the one before; absent: this phone counts none. */
  | { readonly type: "heartbeat"; readonly moved: boolean; readonly steps?: number }
  | { readonly type: "rssi"; readonly dbm: number }
  /** Its owner has come in at another kiosk; the link ends with it. */
  | { readonly type: "elsewhere" }
  /** The link is gone, or its first bad heartbeat ended it. Nothing follows. */
  | { readonly type: "lost"; readonly code: string };

/** The link to a phone whose session lasts. */
export interface ServedLink {
  readonly holder: HolderRef;
  on(listener: (event: LinkEvent) => void): () => void;
}

/** Where a holder's phone was heard last, and as what. */
export interface Sighting extends RadioAddress {
  readonly holder: HolderRef;
  /** The 16 bytes that it advertised. */
  readonly identifier: Uint8Array;
  readonly window: number;
}

/** Who is near, and who stays. Strength alone never shows that somebody may come in; it may show that they left. */
export interface PresenceSource {
  start(): Promise<void>;
  stop(): Promise<void>;
  on(listener: (event: PresenceEvent) => void): () => void;
  /** Phones inside the near line, nearest first, at most three. */
  near(): readonly HolderRef[];
  /** From now on only this link says whether its holder stays. Returns what ends that. */
  serve(link: ServedLink): () => void;
  /** A look at the camera: whether a face is at the screen. */
  face(sight: FaceSight): void;
  /** Somebody touched the screen, a key or the pointer. */
  input(): void;
  /** Why the person served was taken to have left, as it stands; `null`: no phone is served. */
  account(): LockAccount | null;
  /** The address to try now for a holder: the strongest of late that has not just failed. */
  sighting(holder: HolderRef): Sighting | undefined;
  /** A tap over this sighting failed: another address in the same name goes first next time. */
  failed(sighting: Sighting): void;
}

/** What the fleet's table says about an identifier in the air, in constant time. */
export interface HolderDirectory {
  lookUp(identifier: Uint8Array): { readonly holder: HolderRef; readonly window: number } | undefined;
  /** The template key of each epoch that the site still honours for a holder, the one in force first. */
  templateKeys(holder: HolderRef): readonly { readonly epoch: number; readonly key: Uint8Array }[];
  /** The same holder by their id. */
  refOf(id: string): HolderRef;
  /** Epochs of credentials that the site still honours for a holder, with a face or without. */
  epochs(holder: HolderRef): readonly number[];
}
