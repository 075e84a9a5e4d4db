/** The three browser objects that a page's fragment touches. */
export interface AddressBar {
  readonly location: { readonly hash: string; readonly pathname: string; readonly search: string };
  readonly history: { replaceState(data: unknown, unused: string, url: string): void };
}

/**
 * Reads named parameters from the fragment (`#token=…&enrol=…`) and removes them from the address, so that neither a
 * shoulder nor a copied address keeps them. Parameters that are not asked for stay.
 */
export function takeFromFragment<Name extends string>(
  names: readonly Name[],
  bar: AddressBar = window,
): Partial<Record<Name, string>> {
  const parameters = new URLSearchParams(bar.location.hash.slice(1));
  const taken: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = parameters.get(name);
    if (value === null) continue;
    taken[name] = value;
    parameters.delete(name);
  }
  if (Object.keys(taken).length > 0) {
    const rest = parameters.toString();
    const { pathname, search } = bar.location;
    bar.history.replaceState(null, "", `${pathname}${search}${rest === "" ? "" : `#${rest}`}`);
  }
  return taken;
}

const TOKEN_KEY = "wardkey.token";

/** The page's per-start token: from the fragment at first, from the tab's own storage after a reload. */
export function takePageToken(bar: AddressBar = window, storage: Storage = window.sessionStorage): string | null {
  const { token } = takeFromFragment(["token"], bar);
  if (token === undefined) return storage.getItem(TOKEN_KEY);
  storage.setItem(TOKEN_KEY, token);
  return token;
}
