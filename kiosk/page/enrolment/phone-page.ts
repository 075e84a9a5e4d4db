const STORAGE_KEY = "wardkey.phone-page";
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** The demo's phone page, if its address was handed over with `#phone=…`: a page of this very machine, nothing else. */
export function phonePageFrom(text: string | null | undefined): URL | null {
  if (text === null || text === undefined || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === "http:" && LOOPBACK.has(url.hostname) ? url : null;
}

/** Keeps the address for this tab, as the token is kept. */
export function recallPhonePage(given: string | undefined, storage: Storage): URL | null {
  const url = phonePageFrom(given);
  if (url !== null) storage.setItem(STORAGE_KEY, url.href);
  return url ?? phonePageFrom(storage.getItem(STORAGE_KEY));
}

/** The phone page's address with the QR code's text in its fragment, beside the token that is there. */
export function handOverAddress(page: URL, qr: string): string {
  const fragment = new URLSearchParams(page.hash.slice(1));
  fragment.set("enrol", qr);
  const address = new URL(page);
  address.hash = fragment.toString();
  return address.href;
}
