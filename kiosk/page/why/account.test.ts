import { EvidenceReason } from "@wardkey/protocol/screen";
import { describe, expect, it } from "vitest";
import { ACCOUNT } from "../testing/views.js";
import { wordsOf } from "./account.js";

const formats = { exactTime: (at: number) => `<${at}>`, metres: (distance: number) => `${distance} m` };

describe("an account of a lock", () => {
  it("says when, how far, and for how long nobody was seen", () => {
    expect(wordsOf(ACCOUNT, formats)).toEqual({
      line: { key: "account.left", values: { time: `<${ACCOUNT.leftAt}>` } },
      figures: [
        { key: "account.phone-at", values: { distance: "4.1 m" } },
        { key: "account.no-face", values: { seconds: 6 } },
        { key: "account.no-input", values: { seconds: 9 } },
      ],
      reason: null,
    });
  });

  it("says nothing of what was not measured", () => {
    const silent = { ...ACCOUNT, metres: null, faceGoneMs: null, inputGoneMs: 1_500, reasons: [] };
    expect(wordsOf(silent, formats)).toMatchObject({ figures: [], reason: null });
  });

  it.each(EvidenceReason.options)("has a sentence for %s", (reason) => {
    const unmeasured = { ...ACCOUNT, metres: null, faceGoneMs: null, inputGoneMs: null, heartbeatGapMs: null };
    expect(wordsOf({ ...unmeasured, reasons: [reason] }, formats).reason).toEqual({ key: `reason.${reason}` });
  });
});
