import { bundledProfiles } from "@wardkey/firmware-profiles";
import fc from "fast-check";
import { expect, it } from "vitest";
import { SimulatedHidBus } from "../testing/simulated-hid-bus.js";
import { SimulatedTime, settle } from "../testing/simulated-time.js";
import { Conversation } from "./conversation.js";
import { type RelayAnswer, RelayPlace } from "./relay-board.js";

const { profiles } = await bundledProfiles();
const profile = profiles.find(({ id }) => id === "dcttech-usbrelay-4");
if (profile?.kind !== "relay") throw new Error("the relay's profile is gone");
const RUNS = process.env["WARDKEY_CAMPAIGN"] === "1" ? 3_000 : 100;

type Step =
  | { readonly do: "set"; readonly channel: number; readonly on: boolean }
  | { readonly do: "rest" | "refuse" | "work" };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("set" as const),
      channel: fc.integer({ min: 1, max: 4 }),
      on: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("rest" as const, "refuse" as const, "work" as const) }) },
);

it("ends with each channel as it was told last, whatever came between, and answers every order once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const time = new SimulatedTime();
      const bus = new SimulatedHidBus();
      const board = new Set<number>();
      let refuses = false;
      const path = bus.plug({
        device: { vendor: 0x16c0, product: 0x05df, name: "USBRelay4", interface: 0, usage: null },
        sent: (_kind, report) => {
          const channel = Number.parseInt(report.slice(4, 6), 16);
          // A board that takes the report and does not switch, which it tells when it is asked.
          if (refuses) return "taken";
          if (report.startsWith("00ff")) board.add(channel);
          else board.delete(channel);
          return "taken";
        },
        feature: () =>
          `42495446540000${[...board]
            .reduce((sum, each) => sum | (1 << (each - 1)), 0)
            .toString(16)
            .padStart(2, "0")}`,
      });
      const place = new RelayPlace();
      const conversation = new Conversation(await bus.open(path), { clock: time, timers: time, ended: () => {} });
      place.attach(profile, conversation);
      const answers: { readonly channel: number; readonly on: boolean; readonly answer: Promise<RelayAnswer> }[] = [];
      for (const each of steps) {
        if (each.do === "set") answers.push({ ...each, answer: place.set(each.channel, each.on) });
        else if (each.do === "rest") await settle();
        else refuses = each.do === "refuse";
      }
      const said = await Promise.all(
        answers.map(async ({ channel, on, answer }) => ({ channel, on, answer: await answer })),
      );
      for (const channel of [1, 2, 3, 4]) {
        const last = said.filter((each) => each.channel === channel).at(-1);
        if (last === undefined) continue;
        expect(last.answer).not.toEqual({ ok: false, code: "relay-overtaken" });
        if (last.answer.ok) expect(board.has(channel)).toBe(last.on);
        else expect(last.answer.code).toBe("relay-failed");
      }
    }),
    { numRuns: RUNS },
  );
});
