import { type KeyObject, randomBytes } from "node:crypto";
import { instant } from "@wardkey/protocol";
import { identifierWindow, OpaqueTemplate, rotatingIdentifier } from "@wardkey/protocol/credential";
import { encodeHolderTable, HolderTable } from "@wardkey/protocol/fleet";
import type { PhoneErrand } from "@wardkey/protocol/tap";
import {
  createRoom,
  type JoinOptions,
  loadNoble,
  type Noble,
  type Participant,
  type Room,
} from "@wardkey/virtual-radio";
import {
  createHolderDirectory,
  createPresence,
  type HolderDirectory,
  type PresenceEvent,
  type PresenceSource,
} from "../presence/index.js";
import { alreadyOpen, type CentralRadio, createCentralRadio } from "../radio/index.js";
import { createTapRunner, type TapRunner } from "../tap/index.js";
import { systemClock } from "../time.js";
import { startTestPhone, type TestPhone, type TestPhoneOptions } from "./test-phone.js";
import { createTestSite, newKey, spkiOf, type TestReader, type TestSite } from "./test-site.js";

const SITE = "st-agatha";
export const CALM = { shadowingSigmaDb: 0, fadingSigmaDb: 0 } as const;

export interface TestHolder {
  readonly staffId: string;
  readonly eidKey: Uint8Array;
  readonly key: KeyObject;
  readonly template: Uint8Array;
  readonly templateKey: Uint8Array;
  /** Enrolled without a face: the table has no key for a template. */
  readonly faceless?: true;
}

/** A simulated room with a kiosk's senses in it, and as many phones as a test wants. */
export interface TapRoom {
  readonly room: Room;
  readonly site: TestSite;
  readonly reader: TestReader;
  readonly noble: Noble;
  readonly radio: CentralRadio;
  readonly presence: PresenceSource;
  readonly directory: HolderDirectory;
  readonly runner: TapRunner;
  /** The least consent that the kiosk takes from now on; hands-free before. */
  leastConsent: "A" | "B" | "C";
  readonly events: PresenceEvent[];
  readonly faults: string[];
  join(name: string, options?: JoinOptions): Participant;
  phone(holder: TestHolder, at: JoinOptions, change?: Partial<TestPhoneOptions>): Promise<TestPhone>;
  identifier(holder: TestHolder): { identifier: Uint8Array; window: number };
  /** Waits for an event that fits, also one that came already. Refuses after 10 s. */
  seen(fits: (event: PresenceEvent) => boolean, withinMs?: number): Promise<PresenceEvent>;
  close(): Promise<void>;
}

export function newHolder(staffId: string, template: Uint8Array = randomBytes(412)): TestHolder {
  return { staffId, eidKey: randomBytes(32), key: newKey(), template, templateKey: randomBytes(32) };
}

export async function openTapRoom(holders: readonly TestHolder[], kiosk: JoinOptions = {}): Promise<TapRoom> {
  const room = createRoom({ seed: 7, pathLoss: CALM });
  const join = (name: string, options: JoinOptions = {}): Participant => {
    const outcome = room.join(name, options);
    if (outcome.outcome === "refused") throw new Error(outcome.reason);
    return outcome.participant;
  };
  const clock = systemClock;
  const site = await createTestSite(SITE, clock.now());
  const reader = await site.reader("bay-1");
  const directory = createHolderDirectory({ clock });
  directory.replace(HolderTable.parse(tableOf(holders)));
  const faults: string[] = [];
  const noble = loadNoble(join("kiosk", { position: { x: 0, y: 0 }, ...kiosk }));
  const radio = createCentralRadio({
    adapter: alreadyOpen(noble),
    clock,
    log: ({ code }) => faults.push(code),
  });
  const presence = createPresence({ radio, directory, clock });
  const events: PresenceEvent[] = [];
  const listeners = new Set<() => void>();
  presence.on((event) => {
    events.push(event);
    for (const listener of [...listeners]) listener();
  });
  const runner = createTapRunner({
    radio,
    presence,
    directory,
    reader: {
      current: () => ({
        trust: site.trust,
        readerChain: [reader.certificate],
        status: reader.status,
        denyNotice: null,
        deniedHolders: new Set(),
      }),
      sign: reader.sign,
    },
    clock,
    randomBytes,
    leastConsent: () => tapRoom.leastConsent,
  });
  await presence.start();

  const identifier = ({ eidKey }: TestHolder): { identifier: Uint8Array; window: number } => {
    const window = identifierWindow(clock.now());
    return { identifier: rotatingIdentifier({ eidKey, site: SITE, window }), window };
  };
  const tapRoom: TapRoom = {
    ...{ room, site, reader, noble, radio, presence, directory, runner, events, faults, join, identifier },
    leastConsent: "A",
    async phone(holder, at, change = {}) {
      const credential = await site.credential({
        staffId: holder.staffId,
        holderKey: spkiOf(holder.key),
        template: new OpaqueTemplate(holder.template),
      });
      const errand = (): PhoneErrand => ({
        purpose: "unlock",
        trust: site.trust,
        memory: { highestDenyEpoch: 0, deniedKiosks: new Set(), latestTime: instant(0), releases: [] },
      });
      return startTestPhone({
        participant: join(`phone-${holder.staffId}`, at),
        holderKey: holder.key,
        ...identifier(holder),
        errand,
        credential,
        template: holder.template,
        ...change,
      });
    },
    seen(fits, withinMs = 10_000) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const found = events.find(fits);
          if (found === undefined) return;
          clearTimeout(timer);
          listeners.delete(look);
          resolve(found);
        };
        const timer = setTimeout(() => {
          listeners.delete(look);
          reject(new Error(`not seen; there were ${events.map(({ type }) => type).join(" ")}`));
        }, withinMs);
        listeners.add(look);
        look();
      });
    },
    async close() {
      await presence.stop();
      await room.close();
    },
  };
  return tapRoom;
}

function tableOf(holders: readonly TestHolder[]): Uint8Array {
  const firstWindow = identifierWindow(systemClock.now()) - 1;
  const windows = 4;
  return encodeHolderTable({
    firstWindow,
    windows,
    holders: holders.map(({ staffId, eidKey, templateKey, faceless }) => ({
      staffId,
      epoch: 1,
      templateKeys: faceless === true ? [] : [{ epoch: 1, key: templateKey }],
      prefixes: Buffer.concat(
        Array.from({ length: windows }, (_, offset) =>
          rotatingIdentifier({ eidKey, site: SITE, window: firstWindow + offset }).subarray(0, 8),
        ),
      ),
    })),
  });
}
