import { LiveMessage } from "@wardkey/protocol/fleet";

/** The topics of one message; nothing of one that this page cannot read. */
export function topicsIn(data: unknown): readonly string[] {
  if (typeof data !== "string") return [];
  try {
    const told = LiveMessage.safeParse(JSON.parse(data));
    return told.success ? told.data.topics : [];
  } catch {
    return [];
  }
}
