import { useNow } from "@wardkey/ui";
import { Check, CircleDot, CirclePause } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import type { Rollout } from "../policy/answers.js";
import { useWords } from "../words.js";
import { durationWords } from "./duration-words.js";

/** How wide the ring is, how long a policy proves itself in it, and where it is now. */
export function Rings({ rollout }: { rollout: Rollout }): ReactNode {
  const { t, formats } = useWords();
  const now = useNow(null, 10_000);
  const { rings, ring, status, since } = rollout;
  return (
    <ol className="rings" aria-label={t("rollout.rings")}>
      {rings.map(({ percent, dwellMs }, index) => {
        const place = index < ring ? "done" : index > ring ? "later" : status === "running" ? "now" : "held";
        const Icon = place === "done" ? Check : place === "held" ? CirclePause : CircleDot;
        const passed = Math.min(1, Math.max(0, (now - since) / dwellMs));
        return (
          <li key={percent} className="ring" data-place={place} {...(index === ring ? { "aria-current": "step" } : {})}>
            <span className="ring-mark">
              <Icon size={20} aria-hidden />
            </span>
            <span className="ring-percent wk-figures">{formats.percent(percent / 100)}</span>
            <span className="ring-words">
              {place === "now"
                ? t("rollout.ring.now", { until: formats.dateTime(since + dwellMs) })
                : place === "held"
                  ? t(`rollout.ring.${status === "halted" ? "halted" : "aborted"}`)
                  : t(`rollout.ring.${place}`, { time: durationWords(dwellMs, t) })}
            </span>
            {place === "now" ? (
              <progress className="ring-time" max={1} value={passed} aria-label={t("rollout.ring.passed")} />
            ) : null}
          </li>
        );
      })}
    </ol>
  );
}
