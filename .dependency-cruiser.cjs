/** Who may import whom: docs/architecture.md. Run by scripts/check-imports.mjs. */
const never = (name, from, to, comment) => ({ name, severity: "error", comment, from, to });

module.exports = {
  forbidden: [
    never(
      "no-circular",
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
      "two files that need each other are one",
    ),
    never("no-unresolvable", {}, { couldNotResolve: true, pathNot: "\\.css$" }, "an import that leads nowhere"),
    never(
      "protocol-alone",
      { path: "^protocol/src" },
      { path: "^(models|ui|edge|fleet|kiosk|scripts)/" },
      "protocol is what crosses, and nothing else",
    ),
    never(
      "ui-alone",
      { path: "^ui/src" },
      { path: "^(models|edge|fleet|kiosk|scripts)/" },
      "ui serves every page and knows none",
    ),
    never(
      "measuring-not-in-product",
      { path: "^(edge|fleet|kiosk|ui)/", pathNot: "\\.test\\.ts$" },
      { path: "^models/src/measuring" },
      "raw face vectors are for measuring alone",
    ),
    never(
      "simulated-audits-not-in-product",
      { pathNot: "(^scripts/|^fleet/server/src/audit/measuring/|\\.test\\.ts$)" },
      { path: "^fleet/server/src/audit/measuring/" },
      "simulated keys and archives are for measuring alone",
    ),
    never(
      "models-below",
      { path: "^models/src" },
      { path: "^(ui|edge|fleet|kiosk|scripts)/" },
      "models serve the agent",
    ),
    never(
      "profiles-below",
      { path: "^firmware-profiles/src" },
      { path: "^(models|ui|edge|fleet|kiosk|scripts)/" },
      "profiles serve the agent and the fleet",
    ),
    never("edge-not-fleet", { path: "^edge/" }, { path: "^fleet/" }, "edge and fleet meet in protocol alone"),
    never(
      "fleet-not-edge",
      { path: "^fleet/" },
      { path: "^(edge|kiosk|models)/" },
      "edge and fleet meet in protocol alone",
    ),
    never(
      "agent-not-wallet",
      { path: "^edge/agent/src" },
      { path: "^(edge/wallet|kiosk)/" },
      "they meet over the radio and the socket",
    ),
    never(
      "wallet-not-agent",
      { path: "^edge/wallet/" },
      { path: "^(edge/agent|kiosk|models)/" },
      "they meet over the radio",
    ),
    never(
      "kiosk-not-agent",
      { path: "^kiosk/" },
      { path: "^(edge|fleet|models|scripts)/" },
      "the screen knows the agent's messages alone",
    ),
    never(
      "pages-in-the-browser",
      {
        path: "^(kiosk/page|edge/wallet/page|fleet/console)/",
        pathNot: "(\\.test\\.tsx?|vite\\.config\\.ts|/(test-support|testing)/.*)$",
      },
      { dependencyTypes: ["core"] },
      "pages run in a browser",
    ),
    never(
      "command-above-the-server",
      { path: "^(protocol|models|ui|edge|kiosk|fleet/(server|console))/" },
      { path: "^fleet/cli/" },
      "the command stands on the server, and nothing on the command",
    ),
    never(
      "command-through-the-face",
      { path: "^fleet/cli/", pathNot: "(\\.test\\.ts|/testing/.*)$" },
      { path: "^fleet/server/src/", pathNot: "^fleet/server/src/index\\.ts$" },
      "the command knows what the server shows",
    ),
    never(
      "console-not-server",
      { path: "^fleet/console/", pathNot: "(\\.test\\.tsx?|vite\\.config\\.ts|/(test-support|testing)/.*)$" },
      { path: "^fleet/(server|cli)/" },
      "the console knows the server's answers alone",
    ),
    never(
      "composition-on-top",
      {
        path: "^fleet/server/src/",
        pathNot: "^fleet/server/src/((assembly|testing)/|(fleet|index|main|backup|restore)\\.ts$|.*\\.test\\.ts$)",
      },
      { path: "^fleet/server/src/(assembly/|fleet\\.ts$)" },
      "no capability knows how it is put together",
    ),
    never("product-not-scripts", { pathNot: "^scripts/" }, { path: "^scripts/" }, "scripts stand on the product"),
    never(
      "electron-in-its-shell",
      { pathNot: "^kiosk/(main|preload)/" },
      { path: "^electron$|node_modules/electron/" },
      "the shell alone knows Electron",
    ),
    never(
      "domain-is-pure",
      { path: "/domain/", pathNot: "\\.test\\.ts$" },
      { pathNot: "(/domain/|^protocol/)", dependencyTypesNot: ["type-only"] },
      "domain: no Node, no npm, no clock",
    ),
    never(
      "capability-inside",
      {
        path: "^(edge/agent|edge/wallet|fleet/server)/src/([^/]+)/",
        pathNot: "(\\.test\\.ts|/(test-support|testing)/.*)$",
      },
      {
        path: "^$1/src/[^/]+/",
        pathNot: ["^$1/src/$2/", "^$1/src/[^/]+/(index|[^/]+/index)\\.ts$", "^fleet/server/src/platform/"],
      },
      "another capability through its index.ts alone",
    ),
    never(
      "no-tests-in-product",
      { pathNot: "(\\.test\\.tsx?|/(test-support|testing)/.*)$" },
      { path: "(\\.test\\.tsx?|/(test-support|testing)/)" },
      "product code never imports test code",
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|node_modules|cache)/" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ["wardkey-source", "import", "require", "node", "default", "types"],
      exportsFields: ["exports"],
      extensions: [".ts", ".tsx", ".js", ".mjs", ".cjs", ".json"],
    },
  },
};
