import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { StatusDot } from "../components/status-dot.js";
import { LANGUAGES } from "./catalogue.js";
import { makeI18n, WordsProvider } from "./make-i18n.js";

const { i18n, useWords } = makeI18n({
  en: { hello: "Hello, {{name}}", kiosks_one: "one kiosk", kiosks_other: "{{count}} kiosks" },
  it: {
    hello: "Ciao, {{name}}",
    kiosks_one: "un chiosco",
    kiosks_many: "{{count}} di chioschi",
    kiosks_other: "{{count}} chioschi",
  },
  el: { hello: "Γεια, {{name}}", kiosks_one: "ένα κιόσκι", kiosks_other: "{{count}} κιόσκια" },
});

function Page({ name, count }: { name: string; count: number }) {
  const { t } = useWords();
  return `${t("hello", { name })} / ${t("kiosks", { count })} / ${t("ui.close")}`;
}

describe("a page's words", () => {
  it("come in each language with its plural forms and the components' own words", () => {
    const said = LANGUAGES.map((language) =>
      renderToStaticMarkup(
        <WordsProvider i18n={i18n} language={language}>
          <Page name="Anna" count={1} /> | <Page name="Anna" count={3} />
        </WordsProvider>,
      ),
    );

    expect(said).toEqual([
      "Hello, Anna / one kiosk / Close | Hello, Anna / 3 kiosks / Close",
      "Ciao, Anna / un chiosco / Chiudi | Ciao, Anna / 3 chioschi / Chiudi",
      "Γεια, Anna / ένα κιόσκι / Κλείσιμο | Γεια, Anna / 3 κιόσκια / Κλείσιμο",
    ]);
  });

  it.each(["<img src=x onerror=alert(1)>", "$t(kiosks)", "{{count}}", "__proto__"])(
    "take the name %s as text",
    (name) => {
      const said = renderToStaticMarkup(
        <WordsProvider i18n={i18n} language="en">
          <Page name={name} count={2} />
        </WordsProvider>,
      );

      const escaped = name.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
      expect(said).toBe(`Hello, ${escaped} / 2 kiosks / Close`);
    },
  );
});

describe("a status", () => {
  it("is a shape and a word, never a colour alone", () => {
    const said = renderToStaticMarkup(<StatusDot tone="stop" about="Camera" word="not working" />);

    expect(said).toContain("<svg");
    expect(said).toContain("<span>not working</span>");
  });
});
