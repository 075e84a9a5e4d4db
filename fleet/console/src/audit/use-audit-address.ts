import { useMe } from "../shell/me.js";
import { auditAddress, type EventsWanted } from "./address.js";

/** As `auditAddress`, for whoever may read events; undefined for others, because the site refuses them that page. */
export function useAuditAddress(): (wanted: EventsWanted) => string | undefined {
  const { may } = useMe();
  return (wanted) => (may("operator") ? auditAddress(wanted) : undefined);
}
