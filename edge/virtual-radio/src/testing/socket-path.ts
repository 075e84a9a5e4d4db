import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A socket path in a folder of its own, and how to take the folder away. */
export function temporarySocket(): { readonly socketPath: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "wardkey-room-"));
  return { socketPath: join(folder, "room.sock"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
