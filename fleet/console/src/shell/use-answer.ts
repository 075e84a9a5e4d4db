import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import type { LiveTopic } from "@wardkey/protocol/fleet";
import type { z } from "zod";
import { ask, codeOfRefusal } from "../api/ask.js";
import { useLive } from "./live.js";

/** While the site does not say by itself what changes. */
export const EVERY_WITHOUT_LIVE = 10_000;
/** The longest that a page shows what changed without being told. */
export const EVERY_AT_MOST = 60_000;

/** The first part of every question's key: what the site names when it changes. */
export type Topic = LiveTopic;

export interface Answer<T> {
  /** The last one that arrived, also while another question or the same one anew is under way. */
  readonly data: T | undefined;
  /** Why the newest question got none. */
  readonly refusal: string | null;
  readonly asking: boolean;
  /** When `data` arrived, by this machine's clock. */
  readonly at: number;
  readonly again: () => Promise<void>;
}

/** The answer at `path`, fresh while it is looked at: asked again when the site says that `topic` changed. */
export function useAnswer<T extends z.ZodType>(question: {
  readonly topic: Topic;
  /** `v1/…`, with its search; `null` asks nothing yet. */
  readonly path: string | null;
  readonly answer: T;
}): Answer<z.infer<T>> {
  const { topic, path, answer } = question;
  const live = useLive();
  const client = useQueryClient();
  const queryKey = [topic, path];
  const { data, error, isFetching, dataUpdatedAt } = useQuery({
    queryKey,
    enabled: path !== null,
    queryFn: ({ signal }) => ask({ path: path ?? "", answer, signal }),
    refetchInterval: live === "live" ? EVERY_AT_MOST : EVERY_WITHOUT_LIVE,
    placeholderData: keepPreviousData,
  });
  return {
    data: data as z.infer<T> | undefined,
    refusal: codeOfRefusal(error),
    asking: isFetching,
    at: dataUpdatedAt,
    again: () => client.invalidateQueries({ queryKey: [topic] }),
  };
}

/** After an act of this page: what it changed is asked for again at once, without waiting to be told. */
export function useRenew(...topics: readonly Topic[]): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all(topics.map((topic) => client.invalidateQueries({ queryKey: [topic] })));
  };
}
