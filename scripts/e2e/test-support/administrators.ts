import { type Answer, Visitor } from "@wardkey/fleet-server/testing/visitor";
import type { JournalEvent } from "@wardkey/protocol/fleet";

/** Where a fleet server answers now, and the link of its first start. */
export type SiteAddress = () => { readonly url: string; readonly setupUrl: string | null };

/** Whoever looks after a site, at its console's HTTP interface, with passkeys in software. */
export interface Administrators {
  /** The first one alone. @throws Error with the refusal's code */
  ask(method: string, path: string, body?: object): Promise<Record<string, unknown>>;
  /** Proposes as the first one; both sign. Resolves with what was carried out. */
  together(kind: string, args: object): Promise<Record<string, unknown>>;
  /** Both sign what was proposed already. */
  approve(proposal: string): Promise<Record<string, unknown>>;
  /** Both sign in again, after so long that nobody believes them any more. */
  signIn(): Promise<void>;
  /** Everything that the fleet's audit holds of a source, oldest first. */
  audited(source: string): Promise<readonly Pick<JournalEvent, "id" | "seq" | "hash" | "kind">[]>;
}

const PAGE = 500;

/** The first comes in over the set-up link, and invites the second, which nobody else has to agree to yet. */
export async function registerTwo(site: SiteAddress): Promise<Administrators> {
  const origin = (): string => new URL(site().url).origin;
  const setUp = new URL(site().setupUrl ?? "").hash.replace("#set-up=", "");
  const [first, second] = [new Visitor(origin), new Visitor(origin)];
  good(await first.register(setUp, "anna-admin"));
  const who = { login: "bruno-admin", name: "Bruno", role: "security-officer" };
  const id = String(good(await first.call("POST", "/v1/administrators", who))["id"]);
  good(await first.approve(id));
  const { secret } = good(await first.call("POST", `/v1/invitations/${id}/link`));
  good(await second.register(String(secret), "bruno-admin"));

  const ask: Administrators["ask"] = async (method, path, body) => good(await first.call(method, path, body));
  const approve: Administrators["approve"] = async (proposal) => {
    good(await first.approve(proposal));
    return good(await second.approve(proposal));
  };
  return {
    ask,
    approve,
    together: async (kind, args) => approve(String((await ask("POST", "/v1/approvals", { kind, args }))["id"])),
    signIn: async () => {
      for (const each of [first, second]) good(await each.signIn());
    },
    audited: async (source) => {
      const all: (JournalEvent & { leaf: number })[] = [];
      for (let before = ""; ; ) {
        const { events } = await ask("GET", `/v1/audit/events?limit=${PAGE}&source=${source}${before}`);
        const page = events as typeof all;
        all.push(...page);
        if (page.length < PAGE) break;
        before = `&before=${page.at(-1)?.leaf}`;
      }
      return all.reverse().map(({ id, seq, hash, kind }) => ({ id, seq, hash, kind }));
    },
  };
}

function good({ status, code, body }: Answer): Record<string, unknown> {
  if (status >= 400) throw new Error(`refused: ${status} ${code}`);
  return body;
}
