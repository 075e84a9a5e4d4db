import { GATT } from "@wardkey/protocol/tap";
import {
  type AdapterFaults,
  createRoom,
  createSimulatedKernel,
  type JoinOptions,
  loadNoble,
  nobleModulesOver,
  type Participant,
  type Room,
  type StubbornPhone,
  type StubbornPhoneOptions,
  startStubbornPhone,
  withFaults,
} from "@wardkey/virtual-radio";
import {
  type Advert,
  type BluetoothAdapter,
  type CentralRadio,
  createCentralRadio,
  type PhoneLink,
  systemAdapter,
} from "../radio/index.js";
import { systemClock } from "../time.js";

/** An adapter of the kiosk's that a test may take away, give back and break. */
export interface AdapterUnderTest {
  readonly adapter: BluetoothAdapter;
  plugIn(): void;
  unplug(): Promise<void>;
  /** Of the adapter that is plugged in. */
  faults(): AdapterFaults;
}

export type MakeAdapter = (join: () => Participant) => AdapterUnderTest;

/** noble's own code for a Linux adapter, over the sockets of a simulated kernel. */
export const overASimulatedKernel: MakeAdapter = (join) => {
  const kernel = createSimulatedKernel();
  const plugIn = () => kernel.plugIn(join());
  let plugged = plugIn();
  return {
    adapter: systemAdapter({ modules: () => nobleModulesOver(kernel), platform: "linux" }),
    plugIn: () => {
      plugged = plugIn();
    },
    unplug: () => plugged.unplug(),
    faults: () => plugged.faults,
  };
};

/** A place in the room, as the demonstration uses it. */
export const inTheRoom: MakeAdapter = (join) => {
  const plugIn = () => withFaults(join());
  let plugged: ReturnType<typeof plugIn> = plugIn();
  return {
    adapter: {
      async open() {
        const { participant } = plugged;
        if (participant.closed) return { ok: false, code: "room-unreachable" };
        return { ok: true, noble: loadNoble(participant), close: async () => {} };
      },
    },
    plugIn: () => {
      plugged = plugIn();
    },
    unplug: () => plugged.participant.close(),
    faults: () => plugged.faults,
  };
};

export interface RadioRoom extends AdapterUnderTest {
  readonly room: Room;
  readonly radio: CentralRadio;
  readonly log: string[];
  readonly states: string[];
  /** The last advertisement heard of each identifier, by its first byte. */
  readonly heard: ReadonlyMap<number, Advert>;
  /** Forgets what was heard. */
  deafen(): void;
  phone(name: string, first: number, options?: Partial<StubbornPhoneOptions>, at?: JoinOptions): StubbornPhone;
  /** Links to the phone whose identifier begins so, once it is heard. */
  connect(first: number): ReturnType<CentralRadio["connect"]>;
  linked(first: number): Promise<PhoneLink>;
  /** Moves the radio's clock. */
  later(ms: number): void;
  close(): Promise<void>;
}

/** A kiosk's radio over such an adapter, and phones that are no more than their ATT server. */
export async function openRadioRoom(make: MakeAdapter): Promise<RadioRoom> {
  const room = createRoom({ seed: 11, pathLoss: { shadowingSigmaDb: 0, fadingSigmaDb: 0 } });
  const join = (name: string, options: JoinOptions = {}): Participant => {
    const outcome = room.join(name, options);
    if (outcome.outcome === "refused") throw new Error(outcome.reason);
    return outcome.participant;
  };
  const under = make(() => join("kiosk", { position: { x: 0, y: 0 } }));
  let ahead = 0;
  const clock = { now: systemClock.now, monotonic: () => systemClock.monotonic() + ahead };
  const log: string[] = [];
  const states: string[] = [];
  const heard = new Map<number, Advert>();
  const radio = createCentralRadio({ adapter: under.adapter, clock, log: ({ code }) => log.push(code) });
  radio.onState((state) => states.push(state));
  radio.onAdvert(({ identifier, address, addressType, rssi }) => {
    heard.set(identifier[0] ?? 0, { identifier: Uint8Array.from(identifier), address, addressType, rssi });
  });
  await radio.start();

  const connect = async (first: number): ReturnType<CentralRadio["connect"]> => {
    await until(`a phone that advertises ${first}`, () => heard.has(first));
    const { address, addressType } = heard.get(first) ?? { address: "", addressType: "public" as const };
    return radio.connect({ address, addressType }, new AbortController().signal);
  };
  return {
    ...under,
    ...{ room, radio, log, states, heard, connect },
    deafen: () => heard.clear(),
    phone: (name, first, options = {}, at = { position: { x: 1, y: 0 } }) =>
      startStubbornPhone({
        participant: join(name, at),
        identifier: Uint8Array.of(first, ...new Array<number>(15).fill(7)),
        offers: GATT,
        ...options,
      }),
    async linked(first) {
      const deadline = performance.now() + WITHIN_MS;
      let connected = await connect(first);
      // The radio's own deadlines run on while a busy machine does something else.
      while (!connected.ok && performance.now() < deadline) connected = await connect(first);
      if (!connected.ok) throw new Error(connected.code);
      return connected.link;
    },
    later(ms) {
      ahead += ms;
    },
    async close() {
      await radio.stop();
      await room.close();
    },
  };
}

const WITHIN_MS = 20_000;

/** Waits for a condition, however busy the machine is. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${WITHIN_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
