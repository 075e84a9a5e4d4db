import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { listenLive } from "./live-line.js";

/** `live`: the site says what changes. `lost`: it is asked now and then instead, and connected to again. */
export type LiveState = "connecting" | "live" | "lost";

const LiveContext = createContext<LiveState>("connecting");

export const useLive = (): LiveState => useContext(LiveContext);

/** One line to the site for all pages: what it names is asked for again, where it is being looked at. */
export function LiveProvider({ children }: { children: ReactNode }): ReactNode {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  useEffect(
    () =>
      listenLive({
        onState: setState,
        onTopics: (topics) => {
          for (const topic of topics) void client.invalidateQueries({ queryKey: [topic] });
        },
        onMissed: () => void client.invalidateQueries(),
      }),
    [client],
  );
  return <LiveContext value={state}>{children}</LiveContext>;
}
