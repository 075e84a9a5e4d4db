import { randomUUID } from "node:crypto";
import type { JournalEvent } from "@wardkey/protocol/fleet";
import { JournalHasher } from "@wardkey/protocol/fleet/journal-hash";

/** A kiosk's journal: people who came in by face, one with a mask, one by badge. */
export function taps(): JournalEvent[] {
  const hasher = new JournalHasher();
  let hash = "A".repeat(43);
  const face = { branch: "bare", cameraAttested: false, livenessEnforced: false };
  const bodies = [face, { ...face, branch: "masked" }, { way: "badge" }];
  return bodies.map((body, index) => {
    const about = { session: randomUUID(), staffId: "anna-rossi", ...body };
    const entry = {
      seq: index + 1,
      id: randomUUID(),
      at: Date.now() - 60_000 + index,
      kind: "session.unlocked",
      body: about,
    };
    hash = hasher.chain(hash, entry);
    return { ...entry, hash };
  });
}
