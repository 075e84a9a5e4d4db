import { useQuery } from "@tanstack/react-query";
import type { SiteOverview } from "@wardkey/protocol/fleet";
import type { Connection } from "@wardkey/ui";
import { OverviewFailure, readOverview } from "./read-overview.js";

const EVERY = 2_000;

export interface OverviewState {
  /** The last one that arrived, also while the site does not answer. */
  readonly overview: SiteOverview | null;
  readonly connection: Connection;
}

/** Keeps the overview fresh while the page is looked at. */
export function useOverview(token: string | null): OverviewState {
  const { data, error } = useQuery({
    queryKey: ["overview", token],
    queryFn: ({ signal }) => readOverview(token, signal),
    refetchInterval: EVERY,
    retry: false,
    // The site is on this machine: it answers without any network.
    networkMode: "always",
  });
  if (error === null) return { overview: data ?? null, connection: data === undefined ? "connecting" : "open" };
  return { overview: data ?? null, connection: error instanceof OverviewFailure ? error.connection : "lost" };
}
