import { CirclePause, CirclePlay, CircleX } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { ask } from "../api/ask.js";
import { Act } from "../parts/act.js";
import { InForce, type Rollout } from "../policy/answers.js";
import { useWords } from "../words.js";
import { actAndLook } from "./act-and-look.js";
import { Changed } from "./answers.js";

const SOON = 2_000;
const STATUS = { halt: "halted", resume: "running", abort: "aborted" } as const;
const ICONS = { halt: CirclePause, resume: CirclePlay, abort: CircleX } as const;

export interface RolloutActsProps {
  readonly rollout: Rollout;
  /** Devices that work by it already. */
  readonly there: number;
  readonly again: () => Promise<void>;
  /** What was done, in words. */
  readonly onDone: (did: string, status: Rollout["status"]) => void;
}

type RolloutAct = "halt" | "resume" | "abort";
const OFFERED = { running: ["abort", "halt"], halted: ["abort", "resume"], aborted: [] } as const;
const ALL: readonly RolloutAct[] = ["abort", "halt", "resume"];

/** Halt what runs; resume or give up what is halted. */
export function RolloutActs({ rollout, there, again, onDone }: RolloutActsProps): ReactNode {
  const { t, formats } = useWords();
  const { version, status } = rollout;
  /** Its question is open: it stays, although the roll-out moves on meanwhile. */
  const [asked, setAsked] = useState<RolloutAct | null>(null);
  const fits = (act: RolloutAct): boolean => OFFERED[status].some((each) => each === act);
  return (
    <>
      {ALL.filter((act) => fits(act) || act === asked).map((act) => {
        const Icon = ICONS[act];
        return (
          <Act
            key={act}
            label={t(`rollout.${act}`)}
            icon={<Icon size={20} aria-hidden />}
            kind={act === "halt" ? "stop" : "secondary"}
            grave={act === "abort"}
            isDisabled={!fits(act)}
            title={t(`rollout.${act}.title`, { version })}
            says={t(`rollout.${act}.says`, { version, there: formats.number(there) })}
            confirm={t(`rollout.${act}`)}
            onOpen={() => setAsked(act)}
            work={async () => {
              await actAndLook({
                act: () => ask({ method: "POST", path: `v1/policy/rollout/${act}`, answer: Changed }),
                look: () => ask({ path: "v1/policy", answer: InForce }),
                isDone: (now) => now.rollout?.version === version && now.rollout.status === STATUS[act],
                wait: () => new Promise((resolve) => setTimeout(resolve, SOON)),
              });
              await again();
              onDone(t(`rollout.${act}.done`, { version }), STATUS[act]);
              setAsked(null);
              return null;
            }}
          />
        );
      })}
    </>
  );
}
