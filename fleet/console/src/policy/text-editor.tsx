import { json } from "@codemirror/lang-json";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Extension, Prec, RangeSetBuilder } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { basicSetup } from "codemirror";
import { type ReactNode, useEffect, useRef } from "react";
import { type PlacedFinding, smallestChange } from "./policy-text.js";
import { tokensOf } from "./tokens.js";

export interface TextEditorProps {
  /** Read out: what is edited here. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Underlined at their places. */
  readonly findings: readonly PlacedFinding[];
  /** Of a finding, in the reader's words. */
  readonly say: (finding: PlacedFinding) => string;
  readonly isReadOnly?: boolean;
  /** Where to stand and look: a new object each time somebody asks for it. */
  readonly goTo?: { readonly at: number } | null;
}

/**
 * A text with line numbers, colours and underlined findings. It lives in a shadow tree: there the editor may bring its own
 * style sheets, which the page's content policy would refuse as inline styles.
 */
export function TextEditor(props: TextEditorProps): ReactNode {
  const { label, value, findings, isReadOnly = false, goTo = null } = props;
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    if (host.current === null) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: "open" });
    const extensions = [
      basicSetup,
      json(),
      lintGutter(),
      colours,
      looks,
      EditorState.readOnly.of(isReadOnly),
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged && !update.transactions.some((each) => each.isUserEvent("site"))) {
          latest.current.onChange(update.state.doc.toString());
        }
      }),
    ];
    const made = new EditorView({ doc: latest.current.value, extensions, parent: root, root });
    editor.current = made;
    return () => {
      editor.current = null;
      made.destroy();
    };
  }, [label, isReadOnly]);
  useEffect(() => {
    const made = editor.current;
    const change = made === null ? null : smallestChange(made.state.doc.toString(), value);
    if (made !== null && change !== null) made.dispatch({ changes: change, userEvent: "site" });
  }, [value]);
  useEffect(() => {
    const made = editor.current;
    if (made === null) return;
    const end = made.state.doc.length;
    const marks = findings.map(
      (finding): Diagnostic => ({
        from: Math.min(finding.span.from, end),
        to: Math.min(Math.max(finding.span.to, finding.span.from), end),
        severity: finding.severity,
        message: latest.current.say(finding),
      }),
    );
    made.dispatch(setDiagnostics(made.state, marks));
  }, [findings]);
  useEffect(() => {
    const made = editor.current;
    if (made === null || goTo === null) return;
    const anchor = Math.min(goTo.at, made.state.doc.length);
    made.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
    made.focus();
  }, [goTo]);
  return <div className="policy-text" ref={host} />;
}

const MARKS = {
  key: Decoration.mark({ class: "json-key" }),
  text: Decoration.mark({ class: "json-text" }),
  figure: Decoration.mark({ class: "json-figure" }),
} as const;

/** Colours of the page's own, light and dark: those of the editor are made for a white page. */
const colours: Extension = Prec.highest(
  ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      constructor(view: EditorView) {
        this.decorations = coloured(view);
      }
      update(update: ViewUpdate): void {
        if (update.docChanged || update.viewportChanged) this.decorations = coloured(update.view);
      }
    },
    { decorations: ({ decorations }) => decorations },
  ),
);

function coloured(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    const start = view.state.doc.lineAt(from).from;
    for (const token of tokensOf(view.state.doc.sliceString(start, to))) {
      builder.add(start + token.from, start + token.to, MARKS[token.kind]);
    }
  }
  return builder.finish();
}

const looks = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--surface)", color: "var(--text)", fontSize: "0.875rem" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "-3px" },
  ".cm-scroller": { fontFamily: "ui-monospace, 'DejaVu Sans Mono', monospace", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--accent)", paddingBlock: "0.5rem" },
  "&.cm-focused .cm-cursor": { borderLeftColor: "var(--accent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--accent-soft)",
  },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--muted)", border: "0" },
  ".cm-activeLineGutter": { backgroundColor: "var(--line)", color: "var(--text)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--sunken) 55%, transparent)" },
  ".cm-selectionMatch": { backgroundColor: "var(--accent-soft)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-soft)", outline: "1px solid var(--accent)" },
  ".cm-tooltip, .cm-panels": {
    backgroundColor: "var(--surface)",
    color: "var(--text)",
    border: "1px solid var(--edge)",
    borderRadius: "0.5rem",
  },
  ".cm-panels input, .cm-panels button": {
    color: "var(--text)",
    backgroundColor: "var(--surface)",
    backgroundImage: "none",
  },
  ".cm-foldPlaceholder": { backgroundColor: "var(--sunken)", color: "var(--muted)", border: "1px solid var(--line)" },
  // The editor's own marks are data: pictures, which the page's content policy refuses.
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--stop)" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--wait)" },
  ".cm-lint-marker-error": { content: '"●"', color: "var(--stop)" },
  ".cm-lint-marker-warning": { content: '"▲"', color: "var(--wait)" },
  ".json-key, .json-key *": { color: "var(--accent)" },
  ".json-text, .json-text *": { color: "var(--ok)" },
  ".json-figure, .json-figure *": { color: "var(--wait)" },
});
