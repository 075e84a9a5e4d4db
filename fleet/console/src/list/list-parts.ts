import type { ReactNode } from "react";

export interface ListColumn<Row> {
  readonly key: string;
  readonly title: string;
  /** A column without it stands in the exported file alone. */
  readonly cell?: (row: Row) => ReactNode;
  /** In an exported file; a column without it is not exported. */
  readonly text?: (row: Row) => string;
  /** `end` for figures. */
  readonly align?: "start" | "end";
  /** In a list whose rows are all here: what the rows are sorted by where that is not `text`, figures above all. */
  readonly value?: (row: Row) => string | number;
  /** By this name the rows can be sorted. */
  readonly sort?: string;
  /** Which way the first press sorts; figures and times are wanted largest first. */
  readonly first?: "asc" | "desc";
}

/** One thing to filter by; its key stands in the address. */
export type ListFilter =
  | { readonly kind: "text"; readonly key: string; readonly label: string }
  | {
      readonly kind: "choice";
      readonly key: string;
      readonly label: string;
      readonly options: readonly { readonly value: string; readonly label: string }[];
    };
