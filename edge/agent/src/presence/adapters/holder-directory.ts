import type { Clock } from "@wardkey/protocol";
import { type HolderTable, IDENTIFIER_WINDOW_SECONDS } from "@wardkey/protocol/fleet";
import type { HolderDirectory, HolderRef } from "../app/ports.js";

export interface ReplaceableDirectory extends HolderDirectory {
  /** Takes the table of a new lease, or none; the one before is erased. */
  replace(table: HolderTable | null): void;
}

/** The fleet's table as presence and tap ask it. Without a table it knows nobody. */
export function createHolderDirectory({ clock }: { clock: Clock }): ReplaceableDirectory {
  let table: HolderTable | null = null;
  const refOf = (id: string): HolderRef => (table?.holder(id)?.face === false ? { id, faceless: true } : { id });
  return {
    refOf,
    lookUp(identifier) {
      const window = Math.floor(clock.now() / 1_000 / IDENTIFIER_WINDOW_SECONDS);
      const found = table?.find(identifier, window) ?? null;
      return found === null ? undefined : { holder: refOf(found.holder.staffId), window: found.window };
    },
    epochs(holder) {
      const known = table?.holder(holder.id) ?? null;
      if (known === null) return [];
      const before = known.templateKey(known.epoch - 1) === null ? [] : [known.epoch - 1];
      return [known.epoch, ...before];
    },
    templateKeys(holder) {
      const known = table?.holder(holder.id) ?? null;
      if (known === null) return [];
      return [known.epoch, known.epoch - 1].flatMap((epoch) => {
        const key = known.templateKey(epoch);
        return key === null ? [] : [{ epoch, key: Uint8Array.from(key) }];
      });
    },
    replace(next) {
      if (next !== table) table?.erase();
      table = next;
    },
  };
}
