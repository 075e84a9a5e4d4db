import type { ReactNode } from "react";
import { ask } from "../api/ask.js";
import { auditAddress } from "../audit/address.js";
import { worded } from "../devices/health-words.js";
import { Act } from "../parts/act.js";
import { useMe } from "../shell/me.js";
import { useRenew } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { Emergency, waits } from "./answers.js";

/** What a security officer says of one emergency; nobody of their own, and nobody twice. */
export function Review({ emergency }: { emergency: Emergency }): ReactNode {
  const { may, me } = useMe();
  const mine = me.administrator.id;
  const own = mine === emergency.staffId || mine === emergency.second;
  const voted = emergency.votes.some(({ by }) => by === mine);
  if (!waits(emergency) || !may("security-officer") || own || voted) return "–";
  return (
    <span className="row-actions">
      <Say emergency={emergency} outcome="justified" />
      <Say emergency={emergency} outcome="unjustified" />
    </span>
  );
}

function Say({ emergency, outcome }: { emergency: Emergency; outcome: "justified" | "unjustified" }): ReactNode {
  const { t, formats } = useWords();
  const renew = useRenew("break-glass", "overview");
  const { session, staffId, kiosk, openedAt, closedAt, reason, review } = emergency;
  return (
    <Act
      label={t(`glass.say.${outcome}`)}
      kind={outcome === "justified" ? "secondary" : "stop"}
      title={t(`glass.say.${outcome}.ask`)}
      says={
        <>
          <p>
            {t("glass.say.about", {
              name: staffId,
              kiosk,
              time: formats.dateTime(openedAt),
              reason: worded(t, "glass.reason", reason),
            })}
          </p>
          <p>
            <a
              className="plain-link"
              href={auditAddress({
                source: kiosk,
                from: openedAt,
                ...(closedAt === null ? {} : { to: closedAt + 1 }),
              })}
            >
              {t("glass.say.events")}
            </a>
          </p>
          <p>{t(review === "two-people" ? "glass.say.two" : "glass.say.one")}</p>
        </>
      }
      confirm={t(`glass.say.${outcome}`)}
      work={async () => {
        const path = `v1/break-glass/${session}/review`;
        const after = await ask({ method: "POST", path, body: { outcome }, answer: Emergency });
        await renew();
        return t("glass.say.did", { state: t(`glass.state.${after.state}`) });
      }}
    />
  );
}
