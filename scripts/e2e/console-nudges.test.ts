import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ConsoleSite } from "./test-support/console-site.js";
import type { PersonAtBrowser } from "./test-support/person.js";
import { WardJournals } from "./test-support/ward-journals.js";

const WARDS = ["Cardiology", "Emergency", "Intensive care", "Maternity", "Surgery", "Theatre"];
/** A ward with few people, and a name that somebody gave it. */
const SCRIPT = '<img src=x onerror="window.ran=1">';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let site: ConsoleSite;
let officer: PersonAtBrowser;

const journals = new WardJournals();
const work = (ward: number, how: Parameters<WardJournals["work"]>[1]): void =>
  site.fleet.nudging.note(`bed-${ward}`, journals.work(ward, how));

beforeAll(async () => {
  site = await ConsoleSite.start({ wards: [...WARDS, SCRIPT] });
  WARDS.forEach((_ward, place) => void work(place, { people: 12, days: 20, every: 4 + (place % 3) }));
  work(WARDS.length, { people: 5, days: 20, every: 2 });
  const record = { role: "nurse", wards: [], employment: "staff", hrId: null, endsAt: null } as const;
  await site.fleet.staff.directory.add({ givenName: "Bruno", familyName: "Neri", ...record }, "machine");
  officer = await site.enter({ role: "security-officer", name: "Olga Rossi", login: "olga", width: 1440 });
});
afterAll(() => site?.remove());

/** Of less than a week nothing is told. */
const begunDaysAgo = async (trial: Parameters<typeof site.fleet.nudging.store.keepTrial>[0], days: number) => {
  const earlier = (at: number): number => at - days * 86_400_000;
  const { startsAt, baselineFrom } = trial;
  await site.fleet.nudging.store.keepTrial({
    ...trial,
    ...{ startsAt: earlier(startsAt), baselineFrom: earlier(baselineFrom) },
  });
  await site.fleet.nudging.refresh();
};

const close = ({ page }: PersonAtBrowser) =>
  page.locator(".wk-button[data-kind=primary]", { hasText: "Close" }).click();

describe("a security officer", () => {
  it("sees wards and never persons, begins a trial, ends it, and reads its effect with its interval", async () => {
    const { page, complaints } = officer;
    await page.getByRole("link", { name: "Nudges" }).click();
    await officer.heading("Nudges").waitFor();
    await page.getByText("Fewer than 10 people: not shown").waitFor();
    await page.getByRole("row", { name: /Intensive care/ }).waitFor();
    expect(await page.content()).not.toMatch(/w\d-p\d/);
    await page.getByText(SCRIPT).waitFor();
    expect(await page.evaluate(() => "ran" in globalThis)).toBe(false);
    expect(await officer.violations()).toEqual([]);
    await officer.picture("nudges-fresh");

    await officer.button("Begin a trial").click();
    expect(await officer.violations()).toEqual([]);
    await officer.picture("nudges-begin");
    await officer.button("Begin").click();
    await page.getByText("It runs: 6 wards take part, 3 of them are held out.").waitFor();
    await close(officer);
    await page.getByText("The effect is shown when it is over", { exact: false }).waitFor();

    const [running] = await site.fleet.nudging.trials.list();
    if (running === undefined) throw new Error("no trial runs");
    const { nudging } = site.fleet;
    await begunDaysAgo(running.trial, 9);
    for (const { ward, arm } of running.wards) {
      for (let round = 0; round < 2; round += 1) {
        work(WARDS.indexOf(ward), { people: 12, days: 0, every: arm === "treated" ? 9 : 3 });
      }
    }
    await nudging.nudges.flush();
    await officer.button("Stop").first().click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Stop" }).click();
    await page.getByText("It is stopped, and written into the audit.").waitFor();
    await close(officer);
    await page.getByText(/per 100 sessions against the wards held out/).waitFor();
    await page.getByText(/95 % interval/).waitFor();
    await page.locator("summary", { hasText: "Wards of this trial" }).click();
    expect(await officer.violations()).toEqual([]);
    await officer.picture("nudges-trial");
    expect(complaints.filter((line) => !/status of 40[14]/.test(line))).toEqual([]);
  });

  it("decides what follows a behaviour", async () => {
    const { page } = officer;
    await officer.button("Change").first().click();
    await page.getByLabel("What follows").selectOption("everywhere");
    await page.getByLabel("Lesson").selectOption("unlocked-workstations");
    await officer.picture("nudges-change");
    await officer.button("Save").click();
    await page.getByText("The site does so from now on.", { exact: false }).waitFor();
    await close(officer);
    expect((await site.fleet.nudging.store.programme())?.answers["left-unlocked"]).toEqual({
      mode: "everywhere",
      template: "phone-goes-along",
      lesson: "unlocked-workstations",
      lessonAfter: 3,
    });
  });

  it("loses nothing when somebody else decides otherwise meanwhile, and undoes nothing of theirs", async () => {
    const { page } = officer;
    await officer.button("Change").nth(1).click();
    await page.getByLabel("What follows").selectOption("everywhere");
    await page.getByLabel("Lesson").selectOption("insecure-sharing");
    const kept = await site.fleet.nudging.store.programme();
    if (kept === null) throw new Error("the site keeps no programme");
    const shared = { ...kept.answers["shared-badge"], mode: "everywhere" };
    const theirs = { ...kept, answers: { ...kept.answers, "shared-badge": shared } };
    // As another browser of the same person, by the page's own session.
    const status = await page.evaluate(async (programme) => {
      const headers = { "content-type": "application/json" };
      const answer = await fetch("v1/nudges/programme", { method: "PUT", headers, body: JSON.stringify(programme) });
      // Read to its end: the browser counts it as under way until then.
      await answer.text();
      return answer.status;
    }, theirs);
    expect(status).toBe(200);
    await page.getByText("Somebody else changed what the site does meanwhile", { exact: false }).waitFor();
    expect(await page.getByLabel("Lesson").inputValue()).toBe("insecure-sharing");
    expect(await officer.button("Save").isDisabled()).toBe(true);
    expect(await officer.violations()).toEqual([]);
    await officer.picture("nudges-overtaken");
    await officer.button("Continue with mine").click();
    await officer.button("Save").click();
    await page.getByText("The site does so from now on.", { exact: false }).waitFor();
    await close(officer);
    expect(await site.fleet.nudging.store.programme()).toMatchObject({
      version: 3,
      answers: {
        "left-unlocked": { mode: "everywhere", lesson: "unlocked-workstations" },
        "veil-dismissed": { mode: "everywhere", lesson: "insecure-sharing" },
        "shared-badge": { mode: "everywhere" },
      },
    });
  });

  it("gives a lesson to a ward and to a person, and takes one back", async () => {
    const { page } = officer;
    await page.getByRole("link", { name: "Training" }).click();
    await officer.heading("Training").waitFor();
    await page.getByText("Nobody has a lesson to read.", { exact: false }).waitFor();
    await page.getByText("Fewer than ten people have answered it yet").first().waitFor();
    await page.getByText("On shown wards in four weeks: opened 0 times, passed 0, put off 0").first().waitFor();
    await officer.button("Give a lesson").click();
    await page.getByLabel("To", { exact: true }).selectOption("ward");
    await page.getByLabel("Ward", { exact: true }).selectOption("Cardiology");
    await officer.button("Give it").click();
    await page.getByText("Screens that stay open waits for Ward Cardiology.").waitFor();
    await close(officer);
    await officer.button("Give a lesson").click();
    await page.getByLabel("To", { exact: true }).selectOption("person");
    await page.getByLabel("Who", { exact: true }).fill("w1-p3");
    await page.getByText("Nobody of that name works here.").waitFor();
    expect(await officer.button("Give it").isDisabled()).toBe(true);
    await page.getByLabel("Who", { exact: true }).fill("bruno-neri");
    await officer.button("Give it").click();
    await page.getByText("Screens that stay open waits for bruno-neri.").waitFor();
    await close(officer);
    const row = page.getByRole("row", { name: /bruno-neri/ });
    await row.waitFor();
    // A number opens the list behind it.
    await page.getByRole("link", { name: "2 given in four weeks" }).click();
    await page.waitForURL(/lesson=unlocked-workstations/);
    await row.waitFor();
    expect(await officer.violations()).toEqual([]);
    await officer.picture("training");
    await row.getByRole("button", { name: "Take back" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
    await page.getByText("It is no longer offered.").waitFor();
    await close(officer);
    await row.getByText("Taken back").waitFor();
  });
});

describe("a viewer", () => {
  it("reads both pages in Italian and Greek, and is offered nothing to change", async () => {
    const viewer = await site.enter({ login: "vera", name: "Vera", role: "viewer", language: "it", width: 1440 });
    const { page } = viewer;
    await page.getByRole("link", { name: "Promemoria" }).click();
    await page.getByRole("row", { name: /Intensive care/ }).waitFor();
    await page.getByText("Meno di 10 persone: non mostrato").waitFor();
    expect(await page.getByRole("button", { name: /Inizia una prova|Cambia/ }).count()).toBe(0);
    await viewer.picture("nudges-viewer");
    await page.getByRole("link", { name: "Formazione" }).click();
    await page.getByRole("heading", { name: "Password che valgono" }).waitFor();
    expect(await page.getByRole("button", { name: "Dai una lezione" }).count()).toBe(0);
    expect(await viewer.violations()).toEqual([]);
    await page.locator("label[lang=el]").click();
    await page.getByRole("heading", { name: "Κωδικοί που αξίζουν" }).waitFor();
    expect(await viewer.violations()).toEqual([]);
  });
});
