import { parseArgs } from "node:util";
import { codeOf, instant } from "@wardkey/protocol";
import { uuidV7 } from "@wardkey/protocol/fleet/uuid-v7";
import { simulatedResult } from "./m2m/lab-result.js";
import { openMachine } from "./m2m/machine.js";

/**
 * A SIMULATED laboratory analyser. It enrols with a ticket, and then sends simulated results, signed, to every device
 * that the connection matrix pairs it with on the channel `results`.
 *
 *   node scripts/dist/src/lab-analyser.js --ticket FILE --data FOLDER [--every SECONDS] [--times NUMBER]
 */
const { values } = parseArgs({
  options: {
    ticket: { type: "string" },
    data: { type: "string", default: ".wardkey/lab-analyser" },
    channel: { type: "string", default: "results" },
    every: { type: "string", default: "10" },
    times: { type: "string", default: "0" },
  },
});
const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
const stopAsked = new Promise<void>((resolve) => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
});

try {
  const pause = Number(values.every) * 1_000;
  const times = Number(values.times);
  if (values.ticket === undefined || !(pause >= 100) || !Number.isSafeInteger(times)) {
    throw new Error("usage: lab-analyser --ticket FILE --data FOLDER [--every SECONDS] [--times NUMBER]");
  }
  const machine = await openMachine({
    folder: values.data,
    ticketFile: values.ticket,
    now: () => instant(Date.now()),
    newId: () => uuidV7(Date.now()),
    log: (event) => say({ log: event.code, ...(event.detail === undefined ? {} : { detail: event.detail }) }),
  });
  say({ ready: true, device: machine.device, simulated: true });
  for (let number = 1; times === 0 || number <= times; number += 1) {
    const result = simulatedResult(number, Math.random);
    for (const { to, channel } of machine.pairs().sends) {
      if (channel !== values.channel) continue;
      say({ result: number, to, said: await machine.say(to, channel, result) });
    }
    const stopped = await Promise.race([
      stopAsked.then(() => true),
      new Promise((go) => setTimeout(() => go(false), pause)),
    ]);
    if (stopped === true) break;
  }
  await machine.stop();
} catch (error) {
  process.stderr.write(`lab-analyser: ${codeOf(error)}: ${error instanceof Error ? error.message : ""}\n`);
  process.exitCode = 1;
}
