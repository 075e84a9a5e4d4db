import { describe, expect, it } from "vitest";
import { KeyedBuckets, TokenBucket } from "./token-bucket.js";

const take = (bucket: TokenBucket, times: number, now: number): number =>
  Array.from({ length: times }, () => bucket.take(now)).filter(Boolean).length;

describe("a token bucket", () => {
  it("gives its burst at once and then its rate, never more than the burst", () => {
    const bucket = new TokenBucket({ perSecond: 2, burst: 5 }, 0);
    expect(take(bucket, 10, 0)).toBe(5);
    expect(take(bucket, 10, 1_000)).toBe(2);
    expect(take(bucket, 10, 100_000)).toBe(5);
  });

  it("gains nothing from a clock that goes back", () => {
    const bucket = new TokenBucket({ perSecond: 2, burst: 1 }, 1_000);
    expect(take(bucket, 2, 1_000)).toBe(1);
    expect(take(bucket, 2, 0)).toBe(0);
  });
});

describe("buckets by key", () => {
  it("keep keys apart, forget idle ones and refuse new ones while too many are in use", () => {
    const buckets = new KeyedBuckets({ perSecond: 1, burst: 1 }, 2);
    expect([buckets.take("a", 0), buckets.take("a", 0), buckets.take("b", 0), buckets.take("c", 0)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(buckets.take("c", 1_000)).toBe(true);
  });
});
