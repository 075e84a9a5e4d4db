import { createHash, randomBytes } from "node:crypto";
import { codeOf, type Duration, hours, minutes } from "@wardkey/protocol";
import type { JournalEvent, NudgeBody } from "@wardkey/protocol/fleet";
import type { Audit } from "../audit/index.js";
import { createSqlNudgeStore, type NudgeStore, Nudges, Trials } from "../nudge/index.js";
import type { Database } from "../platform/sql/database.js";
import { repeat } from "../platform/timers.js";
import { createSqlTrainingStore, Training, type TrainingStore } from "../training/index.js";
import type { Machines } from "./machines.js";
import type { World } from "./world.js";

const SALT_BYTES = 32;
const TRIALS_SWEPT_EVERY: Duration = minutes(5);
const ERASED_FORGOTTEN_EVERY: Duration = hours(6);

/** What the site says to people at kiosks, and how it learns whether that helps. */
export interface Nudging {
  readonly store: NudgeStore;
  readonly nudges: Nudges;
  readonly trials: Trials;
  readonly training: Training;
  readonly trainingStore: TrainingStore;
  /** Reads what became durable: touches no database, and never throws. */
  note(device: string, events: readonly Pick<JournalEvent, "seq" | "at" | "kind" | "body">[]): void;
  /** What another server of the site may have decided. */
  refresh(): Promise<void>;
  /** Before the first event is noted. */
  start(): Promise<void>;
}

const digest = (text: string): string => createHash("sha256").update(text, "utf8").digest("base64url");
/** 0..1 from a seed and a name: the same for whoever repeats it. */
const coin = (seed: string, name: string): number =>
  createHash("sha256").update(`${seed}\n${name}`, "utf8").digest().readUInt32BE(0) / 2 ** 32;

export async function openNudging(
  world: World,
  {
    database,
    audit,
    machines,
    erased,
  }: { database: Database; audit: Audit; machines: Machines; erased: () => Promise<readonly string[]> },
): Promise<Nudging> {
  const { logger, timers } = world;
  const { devices } = machines;
  const now = (): number => world.now();
  const newId = (): string => world.newId();
  const log = ({ code }: { code: string }): void => logger.warn({ code }, "a nudge or its count waits");
  const record = (kind: string, body: Record<string, string | number | null>): Promise<void> =>
    audit.record(kind, body);
  const wardOf = (device: string): string | null => devices.registry.one(device)?.ward ?? null;
  let epoch = 0;
  const send = (nudge: { device: string; body: NudgeBody; life: Duration }): Promise<unknown> => {
    // One counter for nudges and lessons: a device takes each kind in growing epochs alone.
    epoch = Math.max(epoch + 1, now());
    const { device: to, body, life: expiresIn } = nudge;
    return devices.downlink.send({ to, kind: "nudge", body, epoch, retain: false, expiresIn });
  };
  const store = createSqlNudgeStore(database);
  const trainingStore = createSqlTrainingStore(database);
  const training = await Training.open({
    ...{ store: trainingStore, now, newId, wardOf, send, digest, record, log },
    after: (delay, act) => timers.after(delay, act),
  });
  const nudges = await Nudges.open({
    ...{ store, now, wardOf, send, digest, record, log },
    after: (delay, act) => timers.after(delay, act),
    newSalt: () => randomBytes(SALT_BYTES).toString("base64url"),
    assign: (staffId, lesson) => {
      training
        .assign({ lesson, to: { kind: "person", staffId }, because: "programme", by: "fleet" })
        .catch((error: unknown) => log({ code: codeOf(error) }));
    },
  });
  const trials = new Trials({
    ...{ store, now, newId, coin, digest, record },
    newSeed: () => randomBytes(16).toString("base64url"),
    changed: () => nudges.refresh(),
  });
  world.closing(() => training.stop());
  world.closing(() => nudges.stop());
  const stops: (() => Promise<void>)[] = [];
  world.closing(async () => {
    await Promise.all(stops.map((stop) => stop()));
  });
  const again = (every: Duration, run: () => Promise<unknown>): void => {
    stops.push(repeat({ timers, every, run, failed: (error) => log({ code: codeOf(error) }) }));
  };
  return {
    ...{ store, nudges, trials, training, trainingStore },
    note(device, events) {
      try {
        nudges.note(device, events);
        training.note(device, events);
      } catch (error) {
        log({ code: codeOf(error) });
      }
    },
    async refresh() {
      await nudges.refresh();
      await training.refresh();
    },
    async start() {
      await nudges.start();
      await training.refresh();
      again(TRIALS_SWEPT_EVERY, () => trials.sweep());
      again(ERASED_FORGOTTEN_EVERY, async () => trainingStore.forget(await erased()));
    },
  };
}
