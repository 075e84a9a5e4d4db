import { describe, expect, it } from "vitest";
import { gapsIn } from "./catalogue.js";
import { UI_WORDS } from "./ui-words.js";

describe("the three languages", () => {
  it("have the same words for the shared components", () => {
    expect(gapsIn(UI_WORDS)).toEqual([]);
  });

  it("show each kind of gap as a sentence", () => {
    const catalogues = {
      en: { hello: "Hello, {{name}}", bye: "Bye", kiosks_one: "one kiosk", kiosks_other: "{{count}} kiosks" },
      it: { hello: "Ciao, {{nome}}", bye: " ", kiosks_one: "un chiosco", kiosks_other: "{{count}} chioschi" },
      el: { hello: "Γεια, {{name}}", kiosks_other: "{{count}} κιόσκια", extra: "κάτι" },
    };

    expect(gapsIn(catalogues)).toEqual([
      "it: hello uses {nome}, English uses {name}",
      'it: kiosks lacks its form "many"',
      "it: bye is empty",
      "el: bye is missing",
      'el: kiosks lacks its form "one"',
      "el: extra is not in English",
    ]);
  });
});
