import {
  type Bleno,
  type JoinOptions,
  type LoadBlenoOptions,
  loadBleno,
  loadNoble,
  type Noble,
  type NobleCharacteristic,
  type NoblePeripheral,
  type Participant,
  type Room,
} from "../index.js";

// What the tests of this package put above the radio: the smallest phone and kiosk on the real stacks.

export const SERVICE = "0f9b1c2d3e4f4a5b8c7d6e5f40312233";
export const WRITE = "0f9b1c2d3e4f4a5b8c7d6e5f40312234";
export const NOTIFY = "0f9b1c2d3e4f4a5b8c7d6e5f40312235";
/** A room in which strength depends on distance alone. */
export const CALM = { shadowingSigmaDb: 0, fadingSigmaDb: 0 } as const;

export function joined(room: Room, name: string, options: JoinOptions = {}): Participant {
  const outcome = room.join(name, options);
  if (outcome.outcome === "refused") throw new Error(outcome.reason);
  return outcome.participant;
}

export interface Phone {
  readonly bleno: Bleno;
  readonly written: Buffer[];
  readonly centrals: ReadonlyMap<number, string>;
  /** Addresses of centrals that went, as bleno tells them. */
  readonly left: string[];
  readonly subscribers: ReadonlyMap<number, (data: Buffer) => void>;
  notify(data: Buffer): void;
}

export async function startPhone(participant: Participant, options: LoadBlenoOptions = {}): Promise<Phone> {
  const bleno = loadBleno(participant, options);
  const written: Buffer[] = [];
  const left: string[] = [];
  const centrals = new Map<number, string>();
  const subscribers = new Map<number, (data: Buffer) => void>();
  bleno.on("accept", (address, connection) => centrals.set(connection, address));
  bleno.on("disconnect", (address, connection) => {
    centrals.delete(connection);
    left.push(address);
  });
  await bleno.waitForPoweredOnAsync();
  const write = new bleno.Characteristic({
    uuid: WRITE,
    properties: ["write"],
    onWriteRequest(_connection, data, _offset, _withoutResponse, callback) {
      written.push(data);
      callback(bleno.Characteristic.RESULT_SUCCESS);
    },
  });
  const notify = new bleno.Characteristic({
    uuid: NOTIFY,
    properties: ["notify"],
    onSubscribe: (connection, _max, update) => subscribers.set(connection, update),
    onUnsubscribe: (connection) => subscribers.delete(connection),
  });
  await bleno.setServicesAsync([new bleno.PrimaryService({ uuid: SERVICE, characteristics: [write, notify] })]);
  await bleno.startAdvertisingAsync("", [SERVICE]);
  return {
    ...{ bleno, written, centrals, left, subscribers },
    notify(data) {
      for (const update of subscribers.values()) update(data);
    },
  };
}

export async function startKiosk(participant: Participant): Promise<Noble> {
  const noble = loadNoble(participant);
  await new Promise<void>((resolve) => {
    noble.on("stateChange", (state) => {
      if (state === "poweredOn") resolve();
    });
  });
  return noble;
}

export async function discover(noble: Noble): Promise<NoblePeripheral> {
  const found = new Promise<NoblePeripheral>((resolve) => noble.once("discover", resolve));
  await noble.startScanningAsync([SERVICE], false);
  return found;
}

export interface Session {
  readonly peripheral: NoblePeripheral;
  readonly write: NobleCharacteristic;
  readonly notify: NobleCharacteristic;
  readonly heard: Buffer[];
  /** Resolves when this many notifications were heard. */
  heardCount(count: number): Promise<void>;
}

/** Discovers, connects, finds the two characteristics and subscribes. */
export async function openSession(noble: Noble): Promise<Session> {
  const peripheral = await discover(noble);
  await peripheral.connectAsync();
  const { characteristics } = await peripheral.discoverSomeServicesAndCharacteristicsAsync([SERVICE], []);
  const [write, notify] = characteristics;
  if (write === undefined || notify === undefined) throw new Error("the phone's characteristics were not found");
  const heard: Buffer[] = [];
  notify.on("data", (data) => heard.push(data));
  await notify.subscribeAsync();
  return {
    ...{ peripheral, write, notify, heard },
    heardCount: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (heard.length >= count) resolve();
        };
        notify.on("data", check);
        check();
      }),
  };
}

/** Resolves with the HCI reason when the link is gone. */
export function disconnected(peripheral: NoblePeripheral): Promise<number> {
  return new Promise((resolve) => peripheral.once("disconnect", resolve));
}
