import { useQuery, useQueryClient } from "@tanstack/react-query";
import { SessionState } from "@wardkey/protocol/fleet";
import { ask } from "../api/ask.js";

const EVERY = 60_000;
const KEY = ["session"];
export const INVITATION = "invitation";

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
    // What the earlier person saw is forgotten; but a link that was just used would only be refused if it were opened again.
    refresh: () => client.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== INVITATION }),
  };
}
