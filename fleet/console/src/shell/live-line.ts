import type { LiveState } from "./live.js";
import { topicsIn } from "./live-topics.js";

const LIVE_PATH = "v1/live";
/** A site that is full ends the line for good: the page comes again after this. */
const AGAIN_AFTER = 60_000;

export interface LiveListener {
  readonly onState: (state: LiveState) => void;
  readonly onTopics: (topics: readonly string[]) => void;
  /** The line was away: anything may have changed. */
  readonly onMissed: () => void;
}

/**
 * Listens to `GET /v1/live` while this page is seen, and returns what ends it. A hidden page gives its connection back: a
 * browser has six for a site, and somebody may have more pages open.
 */
export function listenLive({ onState, onTopics, onMissed }: LiveListener): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let missed = false;
  const close = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    source?.close();
    source = null;
    missed = true;
  };
  const open = (): void => {
    close();
    missed = false;
    source = listen();
  };
  const listen = (): EventSource => {
    const opened = new EventSource(LIVE_PATH);
    let failed = false;
    opened.onopen = () => {
      onState("live");
      if (failed) onMissed();
      failed = false;
    };
    opened.onmessage = ({ data }: MessageEvent<unknown>) => onTopics(topicsIn(data));
    opened.onerror = () => {
      failed = true;
      onState("lost");
      if (opened.readyState === EventSource.CLOSED) timer = setTimeout(open, AGAIN_AFTER);
    };
    return opened;
  };
  const follow = (): void => {
    if (document.hidden) close();
    else if (source === null) {
      if (missed) onMissed();
      open();
    }
  };
  document.addEventListener("visibilitychange", follow);
  follow();
  return () => {
    document.removeEventListener("visibilitychange", follow);
    close();
  };
}
