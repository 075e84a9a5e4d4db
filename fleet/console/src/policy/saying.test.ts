import { SETTING_NAMES } from "@wardkey/protocol/policy";
import { formatsFor } from "@wardkey/ui";
import { describe, expect, it } from "vitest";
import { CATALOGUES } from "../words.js";
import { placeWords, settingWords, valueWords } from "./saying.js";
import { controlOf } from "./setting-controls.js";

const en: Readonly<Record<string, string>> = CATALOGUES.en;
const t = (key: string, values: Readonly<Record<string, string | number>> = {}): string =>
  Object.entries(values).reduce((words, [name, value]) => words.replace(`{{${name}}}`, String(value)), en[key] ?? key);
const speaker = { t, formats: formatsFor("en") };

describe("a policy in words", () => {
  it("has them for every setting and every word that one may have", () => {
    for (const name of SETTING_NAMES) {
      expect([name, settingWords(name, t) === name]).toEqual([name, false]);
      const control = controlOf(name);
      const options = control.kind === "choice" || control.kind === "several" ? control.options : [];
      for (const option of options.filter((each) => typeof each === "string"))
        expect([name, option, Object.hasOwn(en, `policy.value.${option}`)]).toEqual([name, option, true]);
    }
  });

  it("says values as people do", () => {
    const say = (name: string | null, value: unknown): string => valueWords(name, value, speaker);
    expect([
      say("matching.falseMatchRate.bare", 1e-4),
      say("matching.maskedCost", 0.05),
      say("idle.lockSeconds", 3600),
      say("camera.attested", false),
      say("ways.withoutFace", ["badge-and-pin", "one-time-code"]),
      say("nudge.quietHours", [{ from: "22:00", to: "06:00" }]),
      say("nudge.quietHours", []),
      say("lease.hours", undefined),
      say(null, { wards: ["ICU", "Ward 3B"], tags: ["night"] }),
      say(null, {}),
    ]).toEqual([
      "1 in 10,000",
      "0.05",
      "3,600",
      "no",
      "badge and PIN, one-time code",
      "22:00–06:00",
      "none",
      "not said",
      "Wards: ICU, Ward 3B · Tags: night",
      "every device",
    ]);
  });

  it("names every place", () => {
    expect(
      ["base", "layers", "note", "groups/icu", "layers/icu", "devices/bed-7", "made up"].map((path) =>
        placeWords(path, t),
      ),
    ).toEqual([
      ...[
        "every device",
        "Turn of the groups",
        "Reason",
        "Group icu: who belongs",
        "group icu",
        "device bed-7",
        "made up",
      ],
    ]);
  });
});
