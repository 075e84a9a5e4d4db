import { type AddressBar, takeFromFragment, takePageToken } from "@wardkey/ui";
import { useEffect, useState } from "react";

/** A kiosk's code that came in the address. */
export interface ArrivedCode {
  readonly code: string;
  /**
   * It came with this phone's own token: whoever sent it may command the phone anyway, so it is joined at once. Any other
   * page can put a code into an address, and then the owner is asked.
   */
  readonly trusted: boolean;
}

/** An address with nothing in it: `takePageToken` then gives the token that this tab already has. */
const NOWHERE: AddressBar = {
  location: { hash: "", pathname: "", search: "" },
  history: { replaceState: () => undefined },
};

/** To be called before the token is taken from the address. */
export function useArrivedCode(): readonly [ArrivedCode | null, (arrived: ArrivedCode | null) => void] {
  const [arrived, setArrived] = useState<ArrivedCode | null>(() => {
    // A wrong token here gets no line to the phone, and so cannot make it join.
    const trusted = new URLSearchParams(window.location.hash.slice(1)).has("token");
    const { enrol } = takeFromFragment(["enrol"]);
    return enrol === undefined ? null : { code: enrol, trusted };
  });
  useEffect(() => {
    const take = (): void => {
      const known = takePageToken(NOWHERE);
      const { token, enrol } = takeFromFragment(["token", "enrol"]);
      if (enrol !== undefined) setArrived({ code: enrol, trusted: token !== undefined && token === known });
    };
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, []);
  return [arrived, setArrived];
}
