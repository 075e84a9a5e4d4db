import { type Duration, milliseconds, seconds } from "@wardkey/protocol";
import { LIVE_TOPICS, type LiveTopic } from "@wardkey/protocol/fleet";

/** Tells open pages what changed, so that they ask for it again. */
export interface Live {
  /** Cheap, and never fails: may be called for every event of a busy site. */
  tell(topic: LiveTopic): void;
  /** Hears of each batch of topics. Returns "off". */
  listen(listener: (news: News) => void): () => void;
  /** The id of the newest batch: of this start and growing. */
  newest(): string;
}

export interface News {
  readonly id: string;
  readonly topics: readonly LiveTopic[];
}

/** At most four batches a second. */
const GAP: Duration = milliseconds(250);
/** What changes with every event of the site: a page that asks for it once a second is alive enough. */
const BUSY: readonly LiveTopic[] = ["overview", "devices", "events", "value"];
const BUSY_GAP: Duration = seconds(1);

/** `after` calls `act` once; `run` tells the ids of this start from those of another. */
export function createLive(parts: { after(delay: Duration, act: () => void): unknown; run: string }): Live {
  const { after, run } = parts;
  const listeners = new Set<(news: News) => void>();
  const waiting = new Set<LiveTopic>();
  const resting = new Set<LiveTopic>();
  let isQuiet = false;
  let count = 0;

  const newest = (): string => `${run}-${count}`;
  const flush = (): void => {
    if (isQuiet) return;
    const topics = LIVE_TOPICS.filter((topic) => waiting.has(topic) && !resting.has(topic));
    if (topics.length === 0) return;
    for (const topic of topics) {
      waiting.delete(topic);
      if (BUSY.includes(topic)) rest(topic);
    }
    isQuiet = true;
    after(GAP, () => {
      isQuiet = false;
      flush();
    });
    count += 1;
    for (const listener of [...listeners]) listener({ id: newest(), topics });
  };
  const rest = (topic: LiveTopic): void => {
    resting.add(topic);
    after(BUSY_GAP, () => {
      resting.delete(topic);
      flush();
    });
  };
  return {
    tell(topic) {
      if (waiting.has(topic)) return;
      waiting.add(topic);
      flush();
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    newest,
  };
}
