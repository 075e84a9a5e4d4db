import { SiteOverview } from "@wardkey/protocol/fleet";
import { Card } from "@wardkey/ui";
import type { ReactNode } from "react";
import { Facts } from "../parts/facts.js";
import { RefusalNotice } from "../session/refusal.js";
import { addressOf } from "../shell/address.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";

/** The site's own name, root and deny-list. */
export function SiteFacts(): ReactNode {
  const { t, formats } = useWords();
  const { data, refusal } = useAnswer({ topic: "overview", path: "v1/overview", answer: SiteOverview });
  return (
    <Card title={t("settings.site")}>
      <RefusalNotice code={refusal} />
      {data === undefined ? null : (
        <Facts
          facts={[
            [t("settings.name"), data.site.name],
            [t("devices.id"), data.site.id],
            [t("settings.root"), formats.date(data.site.rootExpiresAt)],
            [t("settings.deny"), formats.number(data.site.denyEpoch)],
            [t("settings.clock"), formats.dateTime(data.now)],
          ]}
        />
      )}
      <p className="wk-muted">{t("settings.root.says")}</p>
      <p>
        <a className="plain-link" href={addressOf("/policy")}>
          {t("settings.policy")}
        </a>
      </p>
    </Card>
  );
}
