import { randomUUID } from "node:crypto";
import type { Locator, Page } from "playwright-core";
import type { Address } from "./pages-of-console.js";
import type { PersonAtBrowser } from "./person.js";

/** Nobody can read it: who may not call hears only that, who may hears that it is malformed, and nothing happens. */
const UNREADABLE = Buffer.from("{");

/** Something that the console offers on a page, and what it asks of the site. */
export interface Act {
  readonly name: string;
  readonly at: (page: Page) => Locator;
  /** Whether the site itself lets who is in do it; nothing is done. */
  readonly may: (person: PersonAtBrowser) => Promise<boolean>;
}

const button = (name: string | RegExp) => (page: Page) =>
  page.locator(".content").getByRole("button", { name, ...(typeof name === "string" ? { exact: true } : {}) });

function act(route: string, name: string, at: Act["at"] = button(name)): Act {
  const [method = "", path = ""] = route.split(" ");
  const body = method === "GET" ? undefined : UNREADABLE;
  return { name, at, may: async (person) => (await person.asks(method, path, body)) !== "access-refused" };
}

/** A proposal's kind has a role of its own, which the site looks at behind the route's: asked in full, and refused. */
const proposal = (name: string, path: string, body?: object, at?: Act["at"]): Act => ({
  name,
  at: at ?? button(name),
  may: async (person) => (await person.asks("POST", path, body)) !== "access-refused",
});

/** What every page of the site in use offers to those who may, besides reading. */
export function actsOf({ draft, wipe }: { draft: string; wipe: string }): Readonly<Record<Address, readonly Act[]>> {
  const id = randomUUID();
  const device = (name: string, does: string): Act => act(`POST /v1/devices/bed-0/${does}`, name);
  const person = (name: string, does: string): Act => act(`POST /v1/staff/bruno-neri/${does}`, name);
  return {
    "#/overview": [act("GET /v1/events?limit=1", "What happened last", heading("What happened last"))],
    "#/approvals": [
      proposal("Approve with a passkey", `/v1/approvals/${wipe}/challenge`),
      proposal("Reject", `/v1/approvals/${wipe}/challenge`),
    ],
    "#/break-glass": [
      act(`POST /v1/break-glass/${id}/review`, "Justified"),
      act(`POST /v1/break-glass/${id}/review`, "Not justified"),
    ],
    "#/devices": [act("POST /v1/devices", "Add a device")],
    "#/devices/bed-0": [
      act("PATCH /v1/devices/bed-0", "Rename or move"),
      device("Quarantine", "quarantine"),
      device("Lock", "command"),
      device("Replace", "replace"),
      device("Erase", "wipe"),
      device("Deny", "deny"),
      device("Retire", "retire"),
      act("GET /v1/events?limit=1&source=bed-0", "Its journal", heading("Its journal")),
    ],
    "#/people": [act("POST /v1/staff", "Add a person")],
    "#/people/bruno-neri": [
      act("PATCH /v1/staff/bruno-neri", "Change"),
      person("Suspend", "suspend"),
      person("Revoke", "revoke"),
      person("Has left", "leave"),
      person("One-time code", "code"),
      person("Make a card", "emergency-cards"),
    ],
    "#/policy": [
      act("POST /v1/policy/drafts", "Begin a draft"),
      act("POST /v1/policy/drafts", "Begin from it", button(/^Begin from it/)),
    ],
    [`#/policy/${draft}`]: [
      act(`PUT /v1/policy/drafts/${id}`, "Save"),
      act(`DELETE /v1/policy/drafts/${id}`, "Discard"),
      act(`POST /v1/policy/drafts/${id}/propose`, "Propose", (page) =>
        page.locator(".segment", { hasText: "Propose" }),
      ),
    ],
    "#/rollout": [act("POST /v1/policy/rollout/halt", "Halt")],
    "#/audit": [
      proposal("Export all", "/v1/approvals", { kind: "audit.export", args: {} }),
      act(`GET /v1/events/export?format=nothing`, "CSV", (page) =>
        page.getByRole("link", { name: "CSV", exact: true }),
      ),
    ],
    "#/risk": [act(`POST /v1/risk/detections/${id}/dismiss`, "Let go")],
    "#/risk/imports": [
      act("POST /v1/risk/imports/cmdb?what=inventory&dryRun=true", "Take it in"),
      act("DELETE /v1/risk/imports/nothing", "Remove"),
    ],
    "#/nudges": [
      act("PUT /v1/nudges/programme", "Change"),
      act("POST /v1/nudges/trials", "Begin a trial"),
      act(`POST /v1/nudges/trials/${id}/stop`, "Stop"),
    ],
    "#/training": [
      act("POST /v1/training/assignments", "Give a lesson"),
      act(`DELETE /v1/training/assignments/${id}`, "Take back"),
    ],
    "#/value": [act("PUT /v1/value/assumptions", "Keep for everybody")],
    "#/administrators": [
      act("POST /v1/administrators", "Invite"),
      act("DELETE /v1/administrators/nobody", "Shut out", button(/^Shut out at once/)),
      act("POST /v1/administrators/nobody/recovery", "Let in again", button(/^Let in again/)),
      act(`DELETE /v1/invitations/${id}`, "Withdraw", button(/^Withdraw the invitation/)),
    ],
    "#/settings": [
      act("PUT /v1/operators/bruno-neri", "Appoint"),
      act("DELETE /v1/operators/nobody", "Dismiss"),
      act("POST /v1/m2m/pairs", "Add a pair"),
      act("DELETE /v1/m2m/pairs/bed-0/bed-1/nothing", "Silence"),
    ],
  };
}

function heading(name: string): Act["at"] {
  return (page) => page.getByRole("heading", { name, exact: true });
}
