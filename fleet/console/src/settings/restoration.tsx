import { Notice } from "@wardkey/ui";
import { DatabaseBackup } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { z } from "zod";
import { Nothing } from "../api/answers.js";
import { ask } from "../api/ask.js";
import { Act } from "../parts/act.js";
import { useMe } from "../shell/me.js";
import { useAnswer, useRenew } from "../shell/use-answer.js";
import { useWords } from "../words.js";

const Answer = z.object({ lost: z.array(z.object({ from: z.number(), to: z.number() })), reviewed: z.boolean() });

/** A site that came back from a backup forgot what was denied since: a person has to look before kiosks let go of it. */
export function Restoration(): ReactNode {
  const { t, formats } = useWords();
  const { may } = useMe();
  const renew = useRenew("overview");
  const { data } = useAnswer({ topic: "overview", path: "v1/restoration", answer: Answer });
  const last = data?.lost.at(-1);
  if (data === undefined || data.reviewed || last === undefined) return null;
  return (
    <Notice
      tone="stop"
      icon={DatabaseBackup}
      title={t("restoration.title", { from: formats.dateTime(last.from), to: formats.dateTime(last.to) })}
      action={
        may("security-officer") ? (
          <Act
            label={t("restoration.review")}
            title={t("restoration.review.ask")}
            says={t("restoration.review.says")}
            confirm={t("restoration.review")}
            grave
            work={async () => {
              await ask({ method: "POST", path: "v1/restoration/reviewed", answer: Nothing });
              await renew();
              return t("restoration.review.did");
            }}
          />
        ) : undefined
      }
    >
      <p>{t("restoration.says")}</p>
    </Notice>
  );
}
