import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { benchOfThisFile } from "./testing/bench-of-this-file.js";
import { axeFindings, type OpenOptions, sessionOf } from "./testing/kiosk-bench.js";
import { ENROLMENTS, NOW, PEOPLE } from "./testing/views.js";

const bench = benchOfThisFile();

const CODE = "482915";

async function openForm(options: OpenOptions = {}): Promise<Page> {
  const page = await bench.open(options);
  await page.getByRole("button", { name: "Enrol someone" }).press("Enter");
  await page.getByLabel("Operator code").fill(CODE);
  return page;
}

/** Somebody is looked for by name; the agent answers with the people of views.ts. */
async function find(page: Page, search: string): Promise<void> {
  await page.getByLabel("Name of the person").fill(search);
  await page.getByLabel("Name of the person").press("Enter");
  await expect.poll(() => bench.agent.heard("enrol-search").at(-1)?.search, { timeout: 5_000 }).toBe(search);
  bench.agent.found(search, PEOPLE);
}

/** Everything that was typed or found and is still anywhere in the page. */
const leftIn = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const typed = [...document.querySelectorAll("input")].map(({ value }) => value);
    return [document.documentElement.outerHTML, ...typed, JSON.stringify({ ...localStorage })].join("\n");
  });

describe("the form of an enrolment", () => {
  it("renews somebody of the hospital's list with the keyboard alone, and passes axe in each state", async () => {
    const page = await openForm();
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    expect(await page.getByRole("radio", { name: "Renewal" }).isChecked()).toBe(true);
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press("Tab");
    await page.keyboard.type("ros");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => bench.agent.heard("enrol-search"))
      .toEqual([{ type: "enrol-search", operatorCode: CODE, search: "ros" }]);
    bench.agent.found("ros", PEOPLE);
    await page.getByText("Choose the person from the list.").waitFor();
    expect(await page.getByRole("list", { name: "People found" }).getByRole("button").allTextContents()).toEqual([
      "Anna Rossi nurse · Cardiology · has a phone · anna-rossi",
      "Rosalba Conti physician · Cardiology, Intensive care · no phone yet · rosalba-conti",
    ]);
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.getByRole("button", { name: "Begin" }).isDisabled()).toBe(true);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");

    // The focus goes with the person: the next keys lead to another one, then to the beginning.
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("Anna Rossi");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await axeFindings(page)).toEqual([]);
    }
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => bench.agent.heard("enrol-begin"))
      .toEqual([
        {
          type: "enrol-begin",
          operatorCode: CODE,
          givenName: "Anna",
          familyName: "Rossi",
          purpose: "renewal",
          staffId: "anna-rossi",
        },
      ]);
    expect(bench.complaints).toEqual([]);
  });

  it("asks for a second operator's code once the fleet wants one, and sends both", async () => {
    const page = await openForm();
    await page.getByText("New phone").click();
    await find(page, "ros");
    await page.getByRole("button", { name: "Anna Rossi" }).click();
    expect(await page.getByLabel("Second operator’s code").count()).toBe(0);
    await page.getByRole("button", { name: "Begin" }).click();
    await expect.poll(() => bench.agent.heard("enrol-begin").length).toBe(1);
    bench.agent.refuse("enrol-begin", "second-operator-required");
    const second = page.getByLabel("Second operator’s code");
    await second.waitFor();
    expect(await second.evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await page.locator("[aria-live=polite] .wk-notice").textContent()).toBe(
      "A second operator must confirm with their own code.",
    );
    expect(await page.getByRole("button", { name: "Begin" }).isDisabled()).toBe(true);
    expect(await axeFindings(page)).toEqual([]);

    await page.keyboard.type("12-k7fq-9x2m-4c");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => bench.agent.heard("enrol-begin").at(-1))
      .toEqual({
        type: "enrol-begin",
        operatorCode: CODE,
        givenName: "Anna",
        familyName: "Rossi",
        purpose: "replacement",
        staffId: "anna-rossi",
        secondOperatorCode: "12-k7fq-9x2m-4c",
      });
  });

  it("takes a PIN in the place of a face, twice the same and typed by the person", async () => {
    const page = await openForm();
    await page.getByLabel("Given name").fill("Carla");
    await page.getByRole("button", { name: "Without a face" }).click();
    const begin = page.getByRole("button", { name: "Begin" });
    await page.getByLabel("PIN, typed by the person").fill("73a9154");
    await page.getByLabel("The same PIN again").fill("739155");
    expect([await page.getByLabel("PIN, typed by the person").inputValue(), await begin.isDisabled()]).toEqual([
      "739154",
      true,
    ]);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel("The same PIN again").fill("739154");
    await begin.click();
    await expect
      .poll(() => bench.agent.heard("enrol-begin"))
      .toEqual([
        {
          type: "enrol-begin",
          operatorCode: CODE,
          givenName: "Carla",
          familyName: "",
          purpose: "first",
          pin: "739154",
        },
      ]);
    bench.agent.refuse("enrol-begin", "pin-weak");
    await page.getByText("Other people try this PIN first. Choose another.").waitFor();
    await page.getByRole("button", { name: "With a face" }).click();
    expect(await page.getByLabel("PIN, typed by the person").count()).toBe(0);
  });

  it("turns from the typed name to the hospital's list when the fleet wants a person of it", async () => {
    const page = await openForm();
    await page.getByLabel("Given name").fill("Rosalba");
    await page.getByRole("button", { name: "Begin" }).click();
    await expect.poll(() => bench.agent.heard("enrol-begin").length).toBe(1);
    bench.agent.refuse("enrol-begin", "staff-record-required");
    const search = page.getByLabel("Name of the person");
    await search.waitFor();
    expect(await search.evaluate((field) => field === document.activeElement)).toBe(true);
    await find(page, "ros");
    await page.getByRole("button", { name: "Rosalba Conti" }).click();
    await page.getByRole("button", { name: "Begin" }).click();

    await expect
      .poll(() => bench.agent.heard("enrol-begin").at(-1))
      .toEqual({
        type: "enrol-begin",
        operatorCode: CODE,
        givenName: "Rosalba",
        familyName: "Conti",
        purpose: "first",
        staffId: "rosalba-conti",
      });
  });

  it.each([
    ["finds nobody", () => bench.agent.found("ros", []), "Nobody found for “ros”. Try another part of the name."],
    ["is refused", () => bench.agent.refuse("enrol-search", "operator-code-wrong"), "This operator code is not right."],
    [
      "finds as many as are ever shown",
      () =>
        bench.agent.found(
          "ros",
          Array.from({ length: 10 }, (_, n) => ({ ...PEOPLE[0], staffId: `anna-${n}` })) as typeof PEOPLE,
        ),
      "More people may have this name. Type more of it if the person is missing.",
    ],
  ])("says so when a search %s, and searches again", async (_what, answer, words) => {
    const page = await openForm();
    await page.getByText("Renewal").click();
    await page.getByLabel("Name of the person").fill("ros");
    await page.getByRole("button", { name: "Search" }).click();
    await expect.poll(() => bench.agent.heard("enrol-search").length).toBe(1);
    await page.getByRole("button", { name: "Searching …" }).click();
    answer();
    await page.locator("[aria-live=polite]").getByText(words).waitFor();
    expect(bench.agent.heard("enrol-search")).toHaveLength(1);
    expect(await axeFindings(page)).toEqual([]);
    await find(page, "rossi");

    await page.getByRole("button", { name: "Anna Rossi" }).waitFor();
  });

  it("shows no one from an answer to another search", async () => {
    const page = await openForm();
    await page.getByText("Renewal").click();
    await page.getByLabel("Name of the person").fill("ros");
    await page.getByRole("button", { name: "Search" }).click();
    await expect.poll(() => bench.agent.heard("enrol-search").length).toBe(1);
    bench.agent.found("conti", PEOPLE);
    bench.agent.found("ros", []);
    await page.getByText("Nobody found for “ros”", { exact: false }).waitFor();

    expect(await page.getByRole("list", { name: "People found" }).count()).toBe(0);
  });

  it.each<[string, (page: Page) => Promise<void>]>([
    ["it is cancelled", (page) => page.getByRole("button", { name: "Cancel" }).click()],
    [
      "the enrolment begins",
      async (page) => {
        bench.agent.show({ enrolment: { ...ENROLMENTS["connecting"], name: "A." } as typeof ENROLMENTS.connecting });
        await page.getByRole("heading", { name: "Connecting to the phone" }).waitFor();
        bench.agent.show({ enrolment: null });
      },
    ],
    [
      "somebody comes in",
      async (page) => {
        bench.agent.show({ session: sessionOf("leaving") });
        await page.waitForSelector("[data-state=leaving]");
        bench.agent.show({ session: sessionOf("locked") });
      },
    ],
  ])("keeps nothing in the page after %s", async (_what, close) => {
    const page = await openForm();
    await page.getByText("New phone").click();
    await find(page, "Rosalb");
    await page.getByRole("button", { name: "Rosalba Conti" }).waitFor();
    expect(await leftIn(page)).toContain("Rosalba");
    await close(page);
    await page.getByRole("button", { name: "Enrol someone" }).waitFor();
    expect(await leftIn(page)).not.toMatch(/482915|Rosal|Conti|Rossi/);
    await page.getByRole("button", { name: "Enrol someone" }).click();
    await page.getByLabel("Operator code").waitFor();

    expect(await leftIn(page)).not.toMatch(/482915|Rosal|Conti|Rossi/);
  });

  it("closes by itself when nobody touched it for two minutes of the agent's clock, and not while somebody types", async () => {
    const page = await openForm();
    bench.agent.show({ now: NOW + 100_000 });
    await page.getByText("14:03").waitFor();
    await page.getByLabel("Given name").press("A");
    bench.agent.show({ now: NOW + 200_000 });
    await page.getByText("14:05").waitFor();
    expect(await page.getByLabel("Given name").inputValue()).toBe("A");

    bench.agent.show({ now: NOW + 230_000 });
    await page.getByRole("button", { name: "Enrol someone" }).waitFor();
    expect(await leftIn(page)).not.toContain(CODE);
  });

  it("has targets for gloves: nothing to touch is lower than 56 pixels", async () => {
    const page = await openForm();
    await page.getByText("Renewal").click();
    await find(page, "ros");
    await page.getByRole("button", { name: "Anna Rossi" }).waitFor();
    const low = await page
      .locator(".enrol-form :is(button, input:not([type=radio]), .wk-choice)")
      .evaluateAll((all) =>
        all.filter((each) => each.getBoundingClientRect().height < 56).map((each) => each.outerHTML),
      );
    expect(low).toEqual([]);
  });
});
