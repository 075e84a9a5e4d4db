import { DEVICE_STATES } from "@wardkey/protocol/fleet";
import { DEVICE_KINDS } from "@wardkey/protocol/policy";
import { z } from "zod";
import type { Database } from "../../platform/sql/database.js";
import type { RegistryStore } from "../app/registry-port.js";
import type { Device } from "../domain/device.js";

type DeviceRow = {
  id: string;
  name: string;
  ward: string;
  kind: string;
  tags: string;
  state: string;
  reason: string | null;
  added_at: number | string;
  enrolled_at: number | string | null;
  changed_at: number | string;
  revision: number;
};

export function createSqlRegistryStore(database: Database): RegistryStore {
  const devices = () => database<DeviceRow>("devices");
  return {
    async insert(device) {
      const added = await devices().insert(rowOf(device)).onConflict("id").ignore().returning("id");
      return added.length > 0 ? "added" : "known";
    },
    async replace(device, from) {
      const { id, ...rest } = rowOf(device);
      return (await devices().where({ id, revision: from }).update(rest)) > 0;
    },
    async one(id) {
      const row = await devices().where({ id }).first();
      return row === undefined ? null : deviceOf(row);
    },
    all: async () => (await devices().orderBy("id")).map(deviceOf),
    changedSince: async (at) => (await devices().where("changed_at", ">=", at)).map(deviceOf),
  };
}

const Kind = z.enum(DEVICE_KINDS);
const State = z.enum(DEVICE_STATES);
const Tags = z.array(z.string());

const rowOf = (device: Device): DeviceRow => ({
  id: device.id,
  name: device.name,
  ward: device.ward,
  kind: device.kind,
  tags: JSON.stringify(device.tags),
  state: device.state,
  reason: device.reason,
  added_at: device.addedAt,
  enrolled_at: device.enrolledAt,
  changed_at: device.changedAt,
  revision: device.revision,
});

// PostgreSQL answers 64-bit numbers as text.
const deviceOf = (row: DeviceRow): Device => ({
  id: row.id,
  name: row.name,
  ward: row.ward,
  kind: Kind.parse(row.kind),
  tags: Tags.parse(JSON.parse(row.tags)),
  state: State.parse(row.state),
  reason: row.reason,
  addedAt: Number(row.added_at),
  enrolledAt: row.enrolled_at === null ? null : Number(row.enrolled_at),
  changedAt: Number(row.changed_at),
  revision: row.revision,
});
