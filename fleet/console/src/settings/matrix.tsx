import { TextField } from "@wardkey/ui";
import { Cable, Plus } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { z } from "zod";
import { Nothing } from "../api/answers.js";
import { ask } from "../api/ask.js";
import { momentColumn } from "../list/moment-column.js";
import { RowsList } from "../list/rows-list.js";
import { Act } from "../parts/act.js";
import { useMe } from "../shell/me.js";
import { useAnswer, useRenew } from "../shell/use-answer.js";
import { useWords } from "../words.js";

const Pair = z.object({ from: z.string(), to: z.string(), channel: z.string(), by: z.string(), addedAt: z.number() });
type Pair = z.infer<typeof Pair>;
const Answer = z.object({ pairs: z.array(Pair) });
const ID = /^[a-z0-9-]{1,63}$/;

/** Which machine may speak to which, and on which channel; all others are silent to each other. */
export function Matrix(): ReactNode {
  const { t } = useWords();
  const { may } = useMe();
  const { data, refusal } = useAnswer({ topic: "devices", path: "v1/m2m/pairs", answer: Answer });
  return (
    <section className="part">
      <div className="page-head">
        <div className="page-words">
          <h2>{t("matrix.title")}</h2>
          <p className="wk-muted page-says">{t("matrix.says")}</p>
        </div>
        {may("security-officer") ? <AddPair /> : null}
      </div>
      <RowsList
        title={t("matrix.title")}
        name="pairs"
        rows={data?.pairs}
        refusal={refusal}
        rowKey={({ from, to, channel }) => `${from} ${to} ${channel}`}
        filters={[{ kind: "text", key: "search", label: t("devices.search") }]}
        empty={{ icon: Cable, says: t("matrix.none") }}
        columns={[
          { key: "from", title: t("matrix.from"), sort: "from", cell: ({ from }) => from, text: ({ from }) => from },
          { key: "to", title: t("matrix.to"), sort: "to", cell: ({ to }) => to, text: ({ to }) => to },
          {
            key: "channel",
            title: t("matrix.channel"),
            sort: "channel",
            cell: ({ channel }) => channel,
            text: ({ channel }) => channel,
          },
          { key: "by", title: t("operators.by"), sort: "by", cell: ({ by }) => by, text: ({ by }) => by },
          momentColumn("addedAt", t("passkeys.added")),
          {
            key: "act",
            title: t("account.act"),
            align: "end",
            cell: (pair) => (may("operator") ? <Silence pair={pair} /> : "–"),
          },
        ]}
      />
    </section>
  );
}

function AddPair(): ReactNode {
  const { t } = useWords();
  const renew = useRenew("devices");
  const [pair, setPair] = useState({ from: "", to: "", channel: "" });
  const set = (patch: Partial<typeof pair>): void => setPair({ ...pair, ...patch });
  return (
    <Act
      label={t("matrix.add")}
      icon={<Plus size={18} aria-hidden />}
      title={t("matrix.add.ask")}
      says={
        <>
          <p>{t("matrix.add.says")}</p>
          <TextField label={t("matrix.from")} value={pair.from} onChange={(from) => set({ from })} maxLength={63} />
          <TextField label={t("matrix.to")} value={pair.to} onChange={(to) => set({ to })} maxLength={63} />
          <TextField
            label={t("matrix.channel")}
            hint={t("matrix.channel.hint")}
            value={pair.channel}
            onChange={(channel) => set({ channel })}
            maxLength={63}
          />
        </>
      }
      confirm={t("matrix.add")}
      mayConfirm={Object.values(pair).every((part) => ID.test(part))}
      work={async () => {
        await ask({ method: "POST", path: "v1/m2m/pairs", body: pair, answer: Pair });
        await renew();
        return t("matrix.add.did", pair);
      }}
    />
  );
}

function Silence({ pair }: { pair: Pair }): ReactNode {
  const { t } = useWords();
  const renew = useRenew("devices");
  const { from, to, channel } = pair;
  return (
    <Act
      label={t("matrix.remove")}
      kind="stop"
      title={t("matrix.remove.ask", { from, to })}
      says={t("matrix.remove.says", { from, to, channel })}
      confirm={t("matrix.remove")}
      work={async () => {
        await ask({ method: "DELETE", path: `v1/m2m/pairs/${from}/${to}/${channel}`, answer: Nothing });
        await renew();
        return t("matrix.remove.did", { from, to });
      }}
    />
  );
}
