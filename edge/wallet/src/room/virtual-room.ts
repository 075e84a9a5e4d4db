import { type Duration, seconds, WardkeyError } from "@wardkey/protocol";
import type { RoomControl, RoomReply } from "@wardkey/virtual-radio";
import type { RoomPlace, SimulatedRoom } from "./room.js";

/** Far enough that nothing happens before its owner walks. */
export const STARTING_PLACE: RoomPlace = { distance: 6, pocket: false };
const ANSWER_WITHIN: Duration = seconds(5);

/** The phone's place in the virtual room; the kiosk stands wherever the room says, the phone beside it along x. */
export async function enterVirtualRoom(input: {
  control: RoomControl;
  name: string;
  kiosk: string;
}): Promise<SimulatedRoom> {
  const { control, name, kiosk } = input;
  let place = STARTING_PLACE;
  let walking: Promise<void> = Promise.resolve();

  const stand = async (next: RoomPlace): Promise<void> => {
    const state = await answered(control.state());
    const { x, y } = state.participants.find((participant) => participant.name === kiosk)?.position ?? { x: 0, y: 0 };
    agreed(await answered(control.place(name, { x: x + next.distance, y })));
    if (next.pocket !== place.pocket) agreed(await answered(control.setPocket(name, next.pocket)));
    place = next;
  };
  /** One step after the other, so that the last word is the last place. */
  const go = (change: Partial<RoomPlace>): Promise<void> => {
    const step = walking.then(() => stand({ ...place, ...change }));
    walking = step.catch(() => undefined);
    return step;
  };

  await go({});
  await answered(control.setPocket(name, place.pocket));
  return {
    kiosk,
    place: () => place,
    move: (distance) => go({ distance }),
    pocket: (on) => go({ pocket: on }),
  };
}

function agreed(reply: RoomReply): void {
  if (reply.outcome === "refused") throw new WardkeyError("room-unavailable", `the room refused: ${reply.reason}`);
}

async function answered<T>(question: Promise<T>): Promise<T> {
  const timeout = AbortSignal.timeout(ANSWER_WITHIN);
  const late = new Promise<never>((_resolve, reject) => {
    timeout.addEventListener("abort", () => reject(new WardkeyError("room-unavailable", "the room does not answer")));
  });
  try {
    return await Promise.race([question, late]);
  } catch (error) {
    throw error instanceof WardkeyError
      ? error
      : new WardkeyError("room-unavailable", "the room does not answer", { cause: error });
  }
}
