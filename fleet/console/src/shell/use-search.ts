import { useRouter, useRouterState } from "@tanstack/react-router";
import { useCallback } from "react";
import { type Search, writeSearch } from "./address.js";

export interface SearchState {
  readonly search: Search;
  /** Changes some of it; the empty text takes a name away. `replace` leaves no step for the Back button: for typing. */
  readonly change: (patch: Search, options?: { replace?: boolean }) => void;
}

/** What the address says after its `?`. It may come from anybody's link: read it as such. */
export function useSearch(): SearchState {
  const router = useRouter();
  const search = useRouterState({ select: ({ location }) => location.search as Search });
  const change = useCallback<SearchState["change"]>(
    (patch, { replace = false } = {}) => {
      const { pathname, search: before } = router.state.location;
      const next = `${pathname}${writeSearch({ ...(before as Search), ...patch })}`;
      if (replace) router.history.replace(next);
      else router.history.push(next);
    },
    [router],
  );
  return { search, change };
}

/** The `$id` of this page's address. */
export function usePathId(): string {
  return useRouterState({
    select: ({ matches }) => {
      const { id } = (matches.at(-1)?.params ?? {}) as { id?: unknown };
      return typeof id === "string" ? id : "";
    },
  });
}

/** Goes to a place of the console: `go("/devices")`. */
export function useGo(): (path: string) => void {
  const router = useRouter();
  return useCallback((path: string) => router.history.push(path), [router]);
}
