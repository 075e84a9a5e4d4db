import { emptyShadow, type Shadow } from "../domain/shadow.js";
import type { ShadowStore } from "./shadow-port.js";

/**
 * The same store, of which every shadow is also in memory once somebody asked for many: a list of ten thousand devices by
 * their health reads all of them. Only where no other server writes to the same tables.
 */
export function rememberShadows(store: ShadowStore): ShadowStore {
  let known: Map<string, Shadow> | null = null;
  let loading: Promise<Map<string, Shadow>> | null = null;
  /** What was written while all were read: newer than what the reading may have seen. */
  const meanwhile = new Map<string, Shadow>();

  const keep = (shadow: Shadow): void => {
    if (known !== null) known.set(shadow.device, shadow);
    else if (loading !== null) meanwhile.set(shadow.device, shadow);
  };
  const load = async (): Promise<Map<string, Shadow>> => {
    try {
      const all = await store.many();
      for (const shadow of meanwhile.values()) all.set(shadow.device, shadow);
      known = all;
      return all;
    } finally {
      meanwhile.clear();
      loading = null;
    }
  };
  const everything = (): Promise<Map<string, Shadow>> => {
    if (known !== null) return Promise.resolve(known);
    loading ??= load();
    return loading;
  };
  return {
    async exchange(devices, decide) {
      let decided: readonly Shadow[] = [];
      await store.exchange(devices, (shadows) => {
        decided = decide(shadows);
        return decided;
      });
      for (const shadow of decided) keep(shadow);
    },
    one: (device) => store.one(device),
    async many(devices) {
      const all = await everything();
      if (devices === undefined) return new Map(all);
      const found = new Map<string, Shadow>();
      for (const device of devices) {
        const shadow = all.get(device);
        if (shadow !== undefined) found.set(device, shadow);
      }
      return found;
    },
    async leased(device, statusExpiresAt) {
      await store.leased(device, statusExpiresAt);
      const before = known?.get(device) ?? meanwhile.get(device);
      // Without one in memory the next reading brings it, lease and all.
      if (before !== undefined) keep({ ...before, statusExpiresAt });
      else if (known !== null) keep({ ...emptyShadow(device), statusExpiresAt });
      else if (loading !== null) keep(await store.one(device));
    },
    nextCommandEpoch: (device) => store.nextCommandEpoch(device),
  };
}
