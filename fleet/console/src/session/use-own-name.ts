import { useEffect } from "react";

/** Passkeys are bound to a name, and an address is none (WebAuthn 3 §5.1.3): this page moves to the site's own name. */
export function useOwnName(relyingParty: string | undefined): void {
  useEffect(() => {
    const { hostname, port, protocol, pathname, hash } = window.location;
    if (relyingParty !== "localhost" || hostname !== "127.0.0.1") return;
    window.location.replace(`${protocol}//localhost:${port}${pathname}${hash}`);
  }, [relyingParty]);
}
