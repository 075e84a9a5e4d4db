import { useQuery, useQueryClient } from "@tanstack/react-query";
import { SessionState } from "@wardkey/protocol/fleet";
import { ask } from "../api/ask.js";

const EVERY = 60_000;
const KEY = ["session"];

/** Who is signed in with this browser; `undefined` until the site has said it, `null` when it does not know sessions. */
export function useSession(): { session: SessionState | null | undefined; refresh: () => Promise<void> } {
  const client = useQueryClient();
  const { data, error } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => ask({ path: "v1/session", answer: SessionState, signal }),
    refetchInterval: EVERY,
    retry: false,
    networkMode: "always",
  });
  return {
    session: data ?? (error === null ? undefined : null),
    // What the earlier person saw is forgotten.
    refresh: () => client.resetQueries(),
  };
}
