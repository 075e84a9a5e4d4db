import { useQuery, useQueryClient } from "@tanstack/react-query";
import { TokenListed, TokenMade } from "@wardkey/protocol/fleet";
import { Button, TextField } from "@wardkey/ui";
import { KeyRound } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { z } from "zod";
import { Nothing, type SignedIn } from "../api/answers.js";
import { ask, codeOfRefusal } from "../api/ask.js";
import { momentColumn } from "../list/moment-column.js";
import { RowsList } from "../list/rows-list.js";
import { RefusalNotice } from "../session/refusal.js";
import { useAct } from "../session/use-act.js";
import { ShownOnce } from "../shown-once.js";
import { useWords } from "../words.js";

const DAYS = 90;

/** Secrets for the `wardkey` command and other programs. One with my own role; it approves nothing. */
export function TokensPanel({ me }: { me: SignedIn }): ReactNode {
  const { t } = useWords();
  const client = useQueryClient();
  const { busy, refusal, act } = useAct();
  const [name, setName] = useState("");
  const [made, setMade] = useState<z.infer<typeof TokenMade> | null>(null);
  const { data, error } = useQuery({
    queryKey: ["tokens"],
    queryFn: ({ signal }) => ask({ path: "v1/tokens", answer: z.array(TokenListed), signal }),
    retry: false,
    networkMode: "always",
  });
  const make = (): void =>
    act(async () => {
      const body = { name: name.trim(), role: me.administrator.role, days: DAYS };
      setMade(await ask({ method: "POST", path: "v1/tokens", body, answer: TokenMade }));
      setName("");
      await client.invalidateQueries({ queryKey: ["tokens"] });
    });
  const revoke = ({ id }: TokenListed): void =>
    act(async () => {
      await ask({ method: "DELETE", path: `v1/tokens/${id}`, answer: Nothing });
      setMade(null);
      await client.invalidateQueries({ queryKey: ["tokens"] });
    });
  const roleOf = ({ role }: TokenListed): string => t(`role.${role}`);
  return (
    <div className="panel">
      <h2>{t("tokens.title")}</h2>
      <RefusalNotice code={refusal ?? codeOfRefusal(error)} />
      <RowsList
        title={t("tokens.title")}
        name="tokens"
        rows={data}
        rowKey={(token) => token.id}
        filters={[{ kind: "text", key: "search", label: t("list.search") }]}
        empty={{ icon: KeyRound, says: t("tokens.none") }}
        columns={[
          {
            key: "name",
            title: t("passkeys.name"),
            sort: "name",
            cell: ({ name: of }) => of,
            text: ({ name: of }) => of,
          },
          { key: "role", title: t("administrators.role"), sort: "role", cell: roleOf, text: roleOf },
          momentColumn("expiresAt", t("people.until")),
          {
            key: "act",
            title: t("account.act"),
            align: "end",
            cell: (token) => (
              <Button
                kind="stop"
                onPress={() => revoke(token)}
                isDisabled={busy}
                aria-label={t("tokens.revoke.which", { name: token.name })}
              >
                {t("passkeys.remove")}
              </Button>
            ),
          },
        ]}
      />
      {made === null ? null : (
        <ShownOnce label={t("tokens.made", { name: made.name })} hint={t("tokens.made.hint")} secret={made.token} />
      )}
      <div className="add-passkey">
        <TextField label={t("tokens.new")} value={name} onChange={setName} maxLength={80} />
        <Button onPress={make} isDisabled={busy || name.trim() === ""}>
          {t("tokens.make", { days: DAYS })}
        </Button>
      </div>
    </div>
  );
}
