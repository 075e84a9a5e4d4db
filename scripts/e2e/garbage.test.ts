import { PHONE_SOCKET_PATH } from "@wardkey/protocol/phone";
import { SCREEN_SOCKET_PATH } from "@wardkey/protocol/screen";
import { joinRoom, type Participant, startRecorder } from "@wardkey/virtual-radio";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { residentKiB } from "../src/hospital/memory.js";
import { verifyJournal } from "../src/shift/journal.js";
import { FAR_METRES, standNear } from "../src/shift/steps.js";
import {
  answerWithNoise,
  createGarbage,
  pesterBroker,
  pesterPhone,
  requestNonsense,
  talkNonsense,
} from "./test-support/garbage.js";
import { openWard, type Ward } from "./test-support/ward.js";

const garbage = createGarbage(18);
const processes = ["room", "site", "wallet", "agent"] as const;
const attackers: Participant[] = [];

let ward: Ward;
beforeEach(async () => {
  ward = await openWard(["tap"]);
  await ward.stand("tap");
}, 120_000);
afterEach(async () => {
  for (const attacker of attackers.splice(0)) await attacker.close();
  await ward?.close();
});

async function attacker(name: string, x: number): Promise<Participant> {
  const joined = await joinRoom({
    socketPath: ward.hospital.roomSocket,
    name,
    options: { position: { x, y: 0.5 } },
  });
  if (joined.outcome === "refused") throw new Error(joined.reason);
  attackers.push(joined.participant);
  return joined.participant;
}

async function several<T>(times: number, make: () => Promise<T>): Promise<readonly T[]> {
  const made: T[] = [];
  for (let each = 0; each < times; each += 1) made.push(await make());
  return made;
}

const memory = () => processes.map((name) => residentKiB(ward.hospital.process(name).pid));

// threats.md, row 18, at every face of the running product.
describe("garbage at every face", () => {
  it("ends no process and grows none, changes nothing, and she is let in after it", async () => {
    const { kiosk, phone, site, fault } = ward.hospital;
    const ended: string[] = [];
    void fault.then(({ name }) => ended.push(name));
    const ear = await attacker("ear", FAR_METRES);
    const recorder = startRecorder(ear);
    await new Promise((resolve) => setTimeout(resolve, 600));
    recorder.stop();
    const [heard] = recorder.advertisements;
    if (heard === undefined) throw new Error("her phone was not heard");
    const before = { kiosk: ward.screens().kiosk.latest()?.session.state, credential: phoneShows() };

    const throwing = async (times: number) => ({
      closes: [
        ...(await several(times, () => talkNonsense(kiosk.pageUrl, SCREEN_SOCKET_PATH, garbage))),
        ...(await several(times, () => talkNonsense(phone.pageUrl, PHONE_SOCKET_PATH, garbage))),
      ],
      statuses: [
        ...(await several(times, () => requestNonsense(site.url, "console", garbage))),
        ...(await several(times, () => requestNonsense(site.deviceUrl, "devices", garbage))),
        ...(await several(times, () => requestNonsense(kiosk.url, "page", garbage))),
        ...(await several(times, () => requestNonsense(phone.url, "page", garbage))),
      ],
      cut: await several(times / 4, () => pesterBroker(site.mqttUrl, garbage)),
      links: await pesterPhone(ear, times / 30, garbage),
    });
    const noise = answerWithNoise(await attacker("noise", 0.5), heard.advertisement.data, garbage);
    await throwing(200);
    const warm = memory();
    const thrown = await throwing(260);
    const midway = memory();
    const again = await throwing(260);
    noise.stop();
    // Who keeps what is thrown grows each time; a heap that was just about to be swept, once.
    const grown = memory().map((kib, index) => {
      const before = midway[index] ?? 0;
      return Math.min(kib - before, before - (warm[index] ?? 0));
    });

    // RFC 6455's own words: 1007 for text that is no UTF-8, 1009 for what is too long.
    expect([...new Set([...thrown.closes, ...again.closes])].sort()).toEqual([1007, 1009, 4400]);
    expect([...thrown.statuses, ...again.statuses].filter((status) => status < 400 || status > 499)).toEqual([]);
    expect([thrown.cut.length, again.cut.length]).toEqual([65, 65]);
    expect([thrown.links > 0, noise.links > 0, ended]).toEqual([true, true, []]);
    expect(grown.filter((kib) => kib > 16_000)).toEqual([]);
    expect({ kiosk: "locked", credential: phoneShows() }).toEqual(before);
    expect((await standNear(ward.screens())).states).toContain("unlocked");
    expect(await verifyJournal(ward.hospital)).toMatchObject({ chainValid: true });
  }, 120_000);
});

const phoneShows = () => ward.screens().phone.latest()?.credential?.staffId;
