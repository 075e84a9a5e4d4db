import { parseArgs } from "node:util";
import { codeOf, instant } from "@wardkey/protocol";
import { uuidV7 } from "@wardkey/protocol/fleet/uuid-v7";
import { LabResult } from "./m2m/lab-result.js";
import { openMachine } from "./m2m/machine.js";

/**
 * A SIMULATED workstation that receives what the simulated laboratory analyser sends: it checks signature, sender,
 * certificate, connection matrix, freshness and deny-list, and prints what it took and what it refused.
 *
 *   node scripts/dist/src/lab-workstation.js --ticket FILE --data FOLDER
 */
const { values } = parseArgs({
  options: { ticket: { type: "string" }, data: { type: "string", default: ".wardkey/lab-workstation" } },
});
const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
const stopAsked = new Promise<void>((resolve) => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
});

try {
  if (values.ticket === undefined) throw new Error("usage: lab-workstation --ticket FILE --data FOLDER");
  const machine = await openMachine({
    folder: values.data,
    ticketFile: values.ticket,
    now: () => instant(Date.now()),
    newId: () => uuidV7(Date.now()),
    heard({ from, content }) {
      const result = LabResult.safeParse(content);
      if (result.success) say({ from, order: result.data.order.id, observations: result.data.observations });
      else say({ from, refused: "result-malformed" });
    },
    refused: ({ code, why }) => say({ refused: code, why }),
    log: (event) => say({ log: event.code }),
  });
  say({ ready: true, device: machine.device, simulated: true });
  await stopAsked;
  await machine.stop();
} catch (error) {
  process.stderr.write(`lab-workstation: ${codeOf(error)}: ${error instanceof Error ? error.message : ""}\n`);
  process.exitCode = 1;
}
