import type { Device, DeviceKind, DeviceState } from "../domain/device.js";

/** Rows of the registry. A change says which revision it was made from, so that two servers never overwrite each other. */
export interface RegistryStore {
  insert(device: Device): Promise<"added" | "known">;
  /** `false`: somebody else changed it meanwhile. */
  replace(device: Device, from: number): Promise<boolean>;
  one(id: string): Promise<Device | null>;
  all(): Promise<Device[]>;
  changedSince(at: number): Promise<Device[]>;
}

export interface DeviceFilter {
  /** Part of id or name, as written or not. */
  readonly search?: string | undefined;
  readonly ward?: string | undefined;
  readonly kind?: DeviceKind | undefined;
  readonly state?: DeviceState | undefined;
  readonly tag?: string | undefined;
}
