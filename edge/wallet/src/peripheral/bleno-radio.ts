import { codeOf, type Duration, seconds, WardkeyError } from "@wardkey/protocol";
import { uuidOf } from "@wardkey/protocol/credential";
import { GATT } from "@wardkey/protocol/tap";
import type { Bleno, BlenoConnection } from "@wardkey/virtual-radio";
import { guardBleno } from "./bleno-guard.js";
import type { LinkListener, PhoneRadio, RadioListener } from "./port.js";

/** A central that connects and asks for nothing is cut after this. */
export const SUBSCRIBE_WITHIN = seconds(5);
const POWERED_WITHIN = seconds(10);
/** Kiosks served and one that shakes hands: a central beyond these is cut. */
export const MAX_LINKS = 4;

export interface BlenoRadioDependencies {
  /** Not yet powered: no `stateChange` listener was ever added. */
  bleno: Bleno;
  /** A new Bluetooth address with each identifier; `null` where the adapter's address cannot be changed. */
  nextAddress: (() => string) | null;
  subscribeWithin?: Duration;
  report(code: string): void;
  /** Called once if what bleno stands on is gone for good: bleno itself does not notice. */
  whenGone(listener: () => void): void;
  /** Ends what bleno stands on. */
  shutDown(): Promise<void>;
}

interface OpenLink {
  readonly identifier: Uint8Array | null;
  readonly deadline: NodeJS.Timeout;
  update: ((frame: Buffer) => void) | null;
  listener: LinkListener | null;
}

/** `PhoneRadio` over bleno, on an adapter or in the virtual room alike. */
export function createBlenoRadio(deps: BlenoRadioDependencies): PhoneRadio {
  const { bleno, report } = deps;
  const links = new Map<BlenoConnection, OpenLink>();
  let listener: RadioListener | null = null;
  let gone = false;
  let inAir: Uint8Array | null = null;

  const cut = (connection: BlenoConnection): void => {
    if (links.has(connection)) bleno.disconnect(connection);
  };

  /**
   * The commands reach the controller in their order and are not waited for: when a link ends meanwhile, bleno starts
   * advertising again by itself and then forgets to say that what it was asked for is done.
   */
  const quietly = (asked: Promise<void>): void => {
    void asked.catch((error: unknown) => report(codeOf(error)));
  };

  const accept = (connection: BlenoConnection): void => {
    const deadline = setTimeout(() => {
      report("central-silent");
      cut(connection);
    }, deps.subscribeWithin ?? SUBSCRIBE_WITHIN);
    const full = links.size >= MAX_LINKS;
    links.set(connection, { identifier: inAir, deadline, update: null, listener: null });
    if (!full) return;
    report("too-many-links");
    cut(connection);
  };

  const forget = (connection: BlenoConnection): void => {
    const link = links.get(connection);
    if (link === undefined) return;
    clearTimeout(link.deadline);
    links.delete(connection);
    link.update = null;
    link.listener?.closed();
  };

  /** A radio that was off has forgotten what it showed and whom it was linked to. */
  const changed = (): void => {
    inAir = null;
    for (const connection of [...links.keys()]) forget(connection);
    listener?.changed();
  };

  const subscribed = (connection: BlenoConnection, payloadBytes: number, update: (frame: Buffer) => void): void => {
    const link = links.get(connection);
    if (link === undefined || link.update !== null) return;
    clearTimeout(link.deadline);
    link.update = update;
    listener?.link({
      id: String(connection),
      identifier: link.identifier,
      payloadBytes,
      send(frame) {
        // bleno throws on a connection that is gone.
        if (links.get(connection) === link) link.update?.(Buffer.from(frame));
      },
      close: () => cut(connection),
      listen(hears) {
        link.listener = hears;
      },
    });
  };

  const service = (): InstanceType<Bleno["PrimaryService"]> =>
    new bleno.PrimaryService({
      uuid: GATT.service,
      characteristics: [
        new bleno.Characteristic({
          uuid: GATT.write,
          properties: ["write"],
          onWriteRequest(connection, frame, offset, _withoutResponse, answer) {
            const hears = links.get(connection)?.listener ?? null;
            const taken = hears !== null && offset === 0;
            answer(taken ? bleno.Characteristic.RESULT_SUCCESS : bleno.Characteristic.RESULT_UNLIKELY_ERROR);
            if (taken) hears.frame(Uint8Array.from(frame));
          },
        }),
        new bleno.Characteristic({
          uuid: GATT.notify,
          properties: ["notify"],
          onSubscribe: subscribed,
          // A central that no longer listens cannot go on with a tap; on a lost link `forget` does the rest.
          onUnsubscribe: cut,
        }),
      ],
    });

  return {
    async start(hears) {
      listener = hears;
      guardBleno(bleno, report);
      bleno.on("accept", (_address, connection) => accept(connection));
      bleno.on("disconnect", (_address, connection) => forget(connection));
      try {
        await bleno.waitForPoweredOnAsync(POWERED_WITHIN);
        await bleno.setServicesAsync([service()]);
      } catch (error) {
        throw new WardkeyError("radio-unavailable", "no Bluetooth radio answered", { cause: codeOf(error) });
      }
      bleno.on("stateChange", changed);
      deps.whenGone(() => {
        gone = true;
        changed();
      });
    },

    async advertise(identifier) {
      if (gone || bleno.state !== "poweredOn") throw new WardkeyError("radio-unavailable", "the radio is off");
      if (inAir !== null) quietly(bleno.stopAdvertisingAsync());
      if (deps.nextAddress !== null) bleno.setAddress(deps.nextAddress());
      // No name in the air, and an empty one in the GAP service.
      quietly(bleno.startAdvertisingAsync("", [uuidOf(identifier)]));
      inAir = identifier;
    },

    async silence() {
      if (!gone) quietly(bleno.stopAdvertisingAsync());
      inAir = null;
    },

    async stop() {
      listener = null;
      for (const connection of [...links.keys()]) {
        if (!gone) bleno.disconnect(connection);
        forget(connection);
      }
      bleno.removeAllListeners();
      await deps.shutDown();
    },
  };
}
