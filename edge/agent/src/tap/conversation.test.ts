import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { PhoneLink } from "../radio/index.js";
import { createTestSite } from "../testing/test-site.js";
import { systemClock } from "../time.js";
import { Conversation } from "./conversation.js";
import { Stopwatch } from "./stopwatch.js";

beforeEach(() => vi.useFakeTimers({ now: Date.now() }));
afterEach(() => vi.useRealTimers());

it("leaves nothing running over a link that was lost before it began", async () => {
  const site = await createTestSite("st-agatha", systemClock.now());
  const reader = await site.reader("icu-3");
  const closed = vi.fn(async () => {});
  const gone = async () => ({ ok: false, code: "phone-lost" }) as const;
  const link: PhoneLink = {
    attMtu: 64,
    timings: { connect: 1, services: 1 },
    subscribe: gone,
    write: gone,
    onFrame: () => () => {},
    onLost(listener) {
      listener("phone-lost");
      return () => {};
    },
    rssi: async () => undefined,
    close: closed,
  };
  const ended: (string | null)[] = [];
  const conversation = new Conversation({
    link,
    tap: {
      purpose: "unlock",
      expected: { staffId: "anna", epochs: [1] },
      deniedHolders: new Set(),
      randomBytes,
      identifier: randomBytes(16),
      window: 1,
      trust: site.trust,
      readerChain: [reader.certificate],
      status: reader.status,
      policyVersion: 0,
      leastConsent: "A",
      denyNotice: null,
    },
    clock: systemClock,
    stopwatch: new Stopwatch(() => systemClock.monotonic()),
    sign: reader.sign,
    onAsked: () => {},
    onEnded: (code) => ended.push(code),
    onLink: () => {},
  });
  await conversation.begin();
  await conversation.settled();
  expect(vi.getTimerCount()).toBe(0);
  expect(ended).toEqual(["phone-lost"]);
  expect(closed).toHaveBeenCalledTimes(1);
});
