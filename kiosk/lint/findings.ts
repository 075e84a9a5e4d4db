import ts from "typescript";

/** Where a source breaks a rule. */
export interface Finding {
  readonly rule: Rule;
  readonly line: number;
  readonly text: string;
}

export type Rule =
  | "code-from-text"
  | "html-from-text"
  | "opens-a-window"
  | "leaves-for-another-program"
  | "message-to-anybody"
  | "electron-elsewhere"
  | "import-not-packed"
  | "window-unguarded"
  | "message-unchecked"
  | "bridge-elsewhere"
  | "ipc-in-the-page";

/** What a window must say of itself, because a default that changes must not change it. */
const GUARDED: Readonly<Record<string, boolean>> = {
  sandbox: true,
  contextIsolation: true,
  webSecurity: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  allowRunningInsecureContent: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  devTools: false,
};

const HTML = new Set(["innerHTML", "outerHTML", "insertAdjacentHTML", "srcdoc", "createContextualFragment"]);
const TIMERS = new Set(["setTimeout", "setInterval"]);

/** Which part of the kiosk a file belongs to: `page` runs in the renderer. */
export type Part = "main" | "preload" | "page";

/** Reads one source and answers everything in it that a kiosk's shell or page must not do. */
export function findingsIn(text: string, { name, part }: { name: string; part: Part }): Finding[] {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const findings: Finding[] = [];
  const find = (rule: Rule, node: ts.Node) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    findings.push({ rule, line: line + 1, text: node.getText(source).split("\n")[0]?.slice(0, 80) ?? "" });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) call(node, part, find);
    if (ts.isNewExpression(node)) construction(node, find);
    if (ts.isPropertyAccessExpression(node) && HTML.has(node.name.text)) find("html-from-text", node);
    if (ts.isElementAccessExpression(node) && HTML.has(literal(node.argumentExpression) ?? ""))
      find("html-from-text", node);
    if (ts.isJsxAttribute(node)) attribute(node, find);
    if (ts.isJsxOpeningLikeElement(node) && /^(webview|iframe|object|embed|base)$/.test(node.tagName.getText(source))) {
      find("opens-a-window", node);
    }
    if (ts.isImportDeclaration(node)) imported(node, part, find);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return findings;
}

type Find = (rule: Rule, node: ts.Node) => void;

function call(node: ts.CallExpression, part: Part, find: Find): void {
  const called = node.expression;
  const name = ts.isPropertyAccessExpression(called) ? called.name.text : called.getText();
  const on = ts.isPropertyAccessExpression(called) ? called.expression.getText() : "";
  if (name === "eval" || name === "Function" || name === "executeJavaScript") find("code-from-text", node);
  if (TIMERS.has(name) && node.arguments[0] !== undefined && ts.isStringLiteralLike(node.arguments[0])) {
    find("code-from-text", node);
  }
  if (on === "document" && (name === "write" || name === "writeln")) find("html-from-text", node);
  if (on === "window" && name === "open") find("opens-a-window", node);
  if (/(^|\.)shell$/.test(on) && /^(openExternal|openPath|showItemInFolder)$/.test(name)) {
    find("leaves-for-another-program", node);
  }
  if (name === "postMessage" && literal(node.arguments[1]) === "*") find("message-to-anybody", node);
  if (name === "exposeInMainWorld" && (part !== "preload" || literal(node.arguments[0]) !== "wardkeyShell")) {
    find("bridge-elsewhere", node);
  }
  if (on === "ipcRenderer" && (part !== "preload" || (name !== "send" && !isQuestion(name, node.arguments)))) {
    find("ipc-in-the-page", node);
  }
  const hears = on === "ipcMain" && /^(on|once|handle|handleOnce)$/.test(name);
  if (hears && !node.arguments[1]?.getText().includes("isFromKiosk(")) find("message-unchecked", node);
}

/** The questions that the page may have asked: they carry nothing to the shell. */
const QUESTIONS = new Set<string | undefined>(["wardkey:input", "wardkey:covers"]);
const isQuestion = (name: string, handed: readonly ts.Expression[]): boolean =>
  name === "invoke" && handed.length === 1 && QUESTIONS.has(literal(handed[0]));

function construction(node: ts.NewExpression, find: Find): void {
  const name = node.expression.getText();
  if (name === "Function") find("code-from-text", node);
  if (/^(BrowserWindow|BrowserView|WebContentsView)$/.test(name) && !isGuarded(node.arguments?.[0])) {
    find("window-unguarded", node);
  }
}

function attribute(node: ts.JsxAttribute, find: Find): void {
  const name = node.name.getText();
  if (name === "dangerouslySetInnerHTML" || name === "srcDoc") find("html-from-text", node);
  if (name === "target") find("opens-a-window", node);
}

/** The shell's archive holds its own files and no package: what it imports at run time is Node's, Electron's or beside it. */
function imported(node: ts.ImportDeclaration, part: Part, find: Find): void {
  const from = literal(node.moduleSpecifier) ?? "";
  const isType = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  if (part === "page" && from === "electron") find("electron-elsewhere", node);
  if (part === "page" || isType) return;
  if (!/^(electron$|node:|\.\/)/.test(from) || from.includes("/testing/")) find("import-not-packed", node);
}

/** Whether a window's options spell every guard out. */
function isGuarded(options: ts.Expression | undefined): boolean {
  if (options === undefined || !ts.isObjectLiteralExpression(options)) return false;
  const preferences = propertyOf(options, "webPreferences");
  if (preferences === undefined || !ts.isObjectLiteralExpression(preferences)) return false;
  return Object.entries(GUARDED).every(([name, expected]) => {
    const value = propertyOf(preferences, name);
    return value?.kind === (expected ? ts.SyntaxKind.TrueKeyword : ts.SyntaxKind.FalseKeyword);
  });
}

function propertyOf(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  // A spread after a guard could undo it, so only what is said last counts, and a spread says nothing.
  const last = object.properties.findLast((each) => ts.isSpreadAssignment(each) || each.name?.getText() === name);
  return last !== undefined && ts.isPropertyAssignment(last) ? last.initializer : undefined;
}

const literal = (node: ts.Expression | undefined): string | undefined =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
