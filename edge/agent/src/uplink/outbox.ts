import type { Journal } from "../journal/index.js";
import type { SiteClient } from "./site-client.js";

const BATCH = 200;
/** Batches of one round, so that a long outage does not keep the rest of the round waiting. */
const BATCHES = 25;

/**
 * Sends what the site does not hold yet, in order, at least once. The cursor moves only over what the site says is
 * durable there, under the same hash as here. Answers the code of what stopped it, `null` when the outbox is empty.
 */
export async function drainOutbox(
  journal: Pick<Journal, "after" | "outbox" | "acknowledge">,
  client: Pick<SiteClient, "events" | "eventsHead">,
): Promise<string | null> {
  for (let round = 0; round < BATCHES; round++) {
    const from = await journal.outbox();
    const events = await journal.after(from, BATCH);
    if (events.length === 0) return null;
    const answer = await client.events(events);
    if (!answer.ok) return answer.reached ? await catchUp(journal, client, answer.code) : answer.code;
    const last = events.find((event) => event.seq === answer.value.seq);
    if (last !== undefined && last.hash !== answer.value.head) return "journal-fork";
    if (answer.value.seq <= from) return "journal-ack-behind";
    await journal.acknowledge(Math.min(answer.value.seq, events.at(-1)?.seq ?? from));
  }
  return null;
}

/** After a refused batch the site may hold more, or less, than this side believes: its head says which. */
async function catchUp(
  journal: Pick<Journal, "after" | "outbox" | "acknowledge">,
  client: Pick<SiteClient, "eventsHead">,
  code: string,
): Promise<string> {
  const head = await client.eventsHead();
  if (!head.ok) return code;
  const { seq, head: hash } = head.value;
  if (seq > 0) {
    const [own] = await journal.after(seq - 1, 1);
    if (own === undefined || own.seq !== seq || own.hash !== hash) return "journal-fork";
    await journal.acknowledge(seq);
  }
  return code;
}
