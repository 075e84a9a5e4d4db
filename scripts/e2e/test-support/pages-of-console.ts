import type { PersonAtBrowser } from "./person.js";

export type Address = `#/${string}`;

/** What the navigation does not lead to by itself, at the site in use. */
const UNDER = [
  "#/devices/bed-0",
  "#/people/bruno-neri",
  "#/policy/version-2",
  "#/risk/imports",
  `#/risk/${encodeURIComponent("device:bed-0")}`,
] as const;

/** Everything that the navigation of who is in leads to, what lies under it, and what is nowhere. */
export async function pagesFor({ page }: PersonAtBrowser, draft: string): Promise<Address[]> {
  const led = page.locator(".places a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  const places = (await led).filter((href): href is Address => href?.startsWith("#/") === true);
  return [...places, ...UNDER, `#/policy/${draft}`, "#/nowhere"];
}

/** What `look` finds at each page, by its address; nothing of it is left out at the first finding. */
export async function findingsAt(
  person: PersonAtBrowser,
  addresses: readonly Address[],
  look: (address: Address) => Promise<readonly string[]>,
): Promise<Record<string, readonly string[]>> {
  const found: Record<string, readonly string[]> = {};
  for (const address of addresses) {
    await person.visit(address);
    const wrong = await look(address);
    if (wrong.length > 0) found[address] = wrong;
  }
  return found;
}
