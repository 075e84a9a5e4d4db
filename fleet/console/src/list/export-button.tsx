import { Button, LiveRegion } from "@wardkey/ui";
import { Download } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { RefusalNotice } from "../session/refusal.js";
import { useAct } from "../session/use-act.js";
import { useWords } from "../words.js";
import { csvOf } from "./csv.js";
import type { ListColumn } from "./list-parts.js";
import { offerFile } from "./offer-file.js";

export interface ExportButtonProps<Row> {
  /** What the file is called, without its ending. */
  readonly name: string;
  readonly columns: readonly ListColumn<Row>[];
  readonly everyRow: (onRows: (count: number) => void) => Promise<{ rows: readonly Row[]; more: boolean }>;
}

/** Every row that matches the filters, not only those of this page, as a CSV file. */
export function ExportButton<Row>({ name, columns, everyRow }: ExportButtonProps<Row>): ReactNode {
  const { t, formats } = useWords();
  const { busy, refusal, act } = useAct();
  const [said, setSaid] = useState("");
  const kept = columns.flatMap(({ title, text }) => (text === undefined ? [] : [{ title, text }]));
  const go = (): void =>
    act(async () => {
      const { rows, more } = await everyRow((count) => setSaid(t("list.exporting", { rows: formats.number(count) })));
      const table = [kept.map(({ title }) => title), ...rows.map((row) => kept.map(({ text }) => text(row)))];
      offerFile(`${name}.csv`, "text/csv", csvOf(table));
      setSaid(t(more ? "list.exported-part" : "list.exported", { rows: formats.number(rows.length) }));
    });
  return (
    <span className="list-export">
      <span className="wk-muted">{said}</span>
      <LiveRegion message={busy ? "" : said} />
      <Button kind="quiet" onPress={go} isDisabled={busy} icon={<Download size={18} aria-hidden />}>
        {t("list.export")}
      </Button>
      <RefusalNotice code={refusal} />
    </span>
  );
}
