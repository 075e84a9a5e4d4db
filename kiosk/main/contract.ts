import type { PostureMessage } from "@wardkey/protocol/screen";

/** The channels between page and shell. The preload, which can import nothing, spells them again. */
export const POSTURE_CHANNEL = "wardkey:posture";
/** The two questions of a page that have an answer carry nothing. The first is answered by an `InputReport` or `null`. */
export const INPUT_CHANNEL = "wardkey:input";
/** The second by whether the shell covers the whole screen now. */
export const COVERS_CHANNEL = "wardkey:covers";

/**
 * Reads what a page sent, without a library: the shell carries none. `null` for anything but the message itself. It is
 * `PostureMessage` of the protocol, and a test holds the two together.
 */
export function readPosture(value: unknown): PostureMessage | null {
  if (typeof value !== "object" || value === null) return null;
  if (Object.keys(value).sort().join() !== "height,posture,v") return null;
  const { v, posture, height }: { v?: unknown; posture?: unknown; height?: unknown } = value;
  if (v !== 1 || (posture !== "cover" && posture !== "bar")) return null;
  if (typeof height !== "number" || !Number.isSafeInteger(height) || height < 48 || height > 240) return null;
  return { v, posture, height };
}

/** Who sent a message, in plain values. */
export interface Sender {
  /** Of the web contents that sent it. */
  readonly contents: number;
  /** Not a frame inside the page. */
  readonly isMainFrame: boolean;
  /** `null` when the frame has gone since. */
  readonly address: string | null;
}

/** Only the agent's own document in the kiosk's own window is heard. */
export function isFromKiosk(sender: Sender, expected: { readonly contents: number; readonly agent: URL }): boolean {
  if (sender.contents !== expected.contents || !sender.isMainFrame) return false;
  if (sender.address === null || !URL.canParse(sender.address)) return false;
  const url = new URL(sender.address);
  return url.origin === expected.agent.origin && url.pathname === expected.agent.pathname && url.search === "";
}
