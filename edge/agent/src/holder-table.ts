import { codeOf } from "@wardkey/protocol";
import { HolderTable } from "@wardkey/protocol/fleet";
import type { Senses } from "./senses.js";
import type { SiteLink } from "./uplink/index.js";

/** Keeps presence looking for the people of the lease in force, and for nobody without one. */
export function followTable(input: {
  readonly site: Pick<SiteLink, "current">;
  readonly senses: Pick<Senses, "knows">;
  readonly log: (event: { code: string }) => void;
}): () => void {
  let known: Uint8Array | null = null;
  return () => {
    const table = input.site.current()?.table ?? null;
    if (table === known) return;
    known = table;
    input.senses.knows(read(table, input.log));
  };
}

/** A copy goes into the table: erasing it must not reach what the lease still holds. */
function read(bytes: Uint8Array | null, log: (event: { code: string }) => void): HolderTable | null {
  if (bytes === null) return null;
  try {
    return HolderTable.parse(Uint8Array.from(bytes));
  } catch (error) {
    log({ code: codeOf(error) });
    return null;
  }
}
