import type { Shadow } from "../domain/shadow.js";

export interface ShadowStore {
  /**
   * Reads the shadows of `devices` (an empty one where there is none), lets `decide` make new ones of them and writes
   * those, in one step that no other server comes between.
   */
  exchange(
    devices: readonly string[],
    decide: (shadows: ReadonlyMap<string, Shadow>) => readonly Shadow[],
  ): Promise<void>;
  one(device: string): Promise<Shadow>;
  /** Without `devices`, every shadow there is. */
  many(devices?: readonly string[]): Promise<Map<string, Shadow>>;
  leased(device: string, statusExpiresAt: number): Promise<void>;
  /** A number that grows with each command to this device, over restarts too. */
  nextCommandEpoch(device: string): Promise<number>;
}
