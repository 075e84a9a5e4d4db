import { afterEach, beforeEach, expect, it } from "vitest";
import { AgentWard } from "../testing/agent-ward.js";

const anna = { staffId: "anna", givenName: "Anna", familyName: "Rossi", role: "nurse", wards: ["Ward 3"], epoch: 1 };

const wrong = { type: "about:blank", title: "Wrong operator code", status: 403, code: "operator-code-wrong" };

let ward: AgentWard;
beforeEach(async () => {
  ward = await AgentWard.open();
});
afterEach(() => ward.close());

it("answers a kiosk's page with the people whom the fleet knows, and refuses in the fleet's words", async () => {
  ward.fleet.on("POST /v1/kiosk/candidates", (body) => {
    const { operatorCode, ...asked } = JSON.parse(body);
    return operatorCode === "482913" && asked.search === "ros"
      ? { status: 200, body: JSON.stringify({ people: [anna] }) }
      : { status: 403, body: JSON.stringify(wrong) };
  });
  await ward.certify();
  const agent = await ward.start();
  const page = await ward.page(agent);
  await page.until((view) => view.health.fleet === "ok");

  page.say({ type: "enrol-search", operatorCode: "482913", search: "ros" });
  await expect
    .poll(() => page.messages.find(({ type }) => type === "answer"))
    .toEqual({ type: "answer", command: "enrol-search", answer: { search: "ros", people: [anna] } });
  page.say({ type: "enrol-search", operatorCode: "000000", search: "ros" });
  expect(await page.refusal()).toEqual({ type: "refused", command: "enrol-search", code: "operator-code-wrong" });
  await agent.stop();
  expect((await ward.journaled()).filter(({ kind }) => kind === "enrol.failed").map(({ body }) => body)).toEqual([
    { reason: "operator-code-wrong", step: "search" },
  ]);
});
