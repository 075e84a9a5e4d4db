import { SiteOverview } from "@wardkey/protocol/fleet";

const OVERVIEW_PATH = "v1/overview";
const ANSWER_WITHIN = 5_000;

/** Why there is no fresh overview, in the words of `ConnectionNotice`. */
export class OverviewFailure extends Error {
  readonly connection: "lost" | "refused" | "incompatible";

  constructor(connection: OverviewFailure["connection"], options?: { cause?: unknown }) {
    super(connection, options);
    this.name = "OverviewFailure";
    this.connection = connection;
  }
}

/** Asks the site once. Fails with `OverviewFailure` and with nothing else. */
export async function readOverview(token: string | null, signal: AbortSignal): Promise<SiteOverview> {
  const answer = await ask(token, AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN)]));
  if (answer.status === 401) throw new OverviewFailure("refused");
  if (!answer.ok) throw new OverviewFailure("lost");
  const body: unknown = await answer.json().catch((cause: unknown) => {
    throw new OverviewFailure("lost", { cause });
  });
  const parsed = SiteOverview.safeParse(body);
  if (!parsed.success) throw new OverviewFailure("incompatible", { cause: parsed.error });
  return parsed.data;
}

async function ask(token: string | null, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(OVERVIEW_PATH, {
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      cache: "no-store",
      signal,
    });
  } catch (cause) {
    throw new OverviewFailure("lost", { cause });
  }
}
