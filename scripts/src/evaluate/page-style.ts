/** The report's look: no file but itself, readable in light and dark and on paper. */
export const pageStyle = `
:root { color-scheme: light dark; --text: #1c2630; --soft: #5a6672; --line: #d5dbe1; --ground: #ffffff; --panel: #f5f7f9;
  --bare: #0b62c4; --masked: #b4520a; --all: #5a6672; --genuine: #12805c; --impostor: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e9ee; --soft: #9aa7b3; --line: #38434e; --ground: #12181e;
  --panel: #1a222a; --bare: #6db1ff; --masked: #ffa964; --all: #9aa7b3; --genuine: #4fd1a1; --impostor: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 2rem 1.5rem 4rem; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; } h2 { font-size: 1.2rem; margin: 2.4rem 0 .6rem; }
p { max-width: 46rem; } .soft { color: var(--soft); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .8rem; margin: 1.4rem 0; }
.figure { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: .8rem 1rem; }
.figure b { display: block; font-size: 1.6rem; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .94rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .4rem .5rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } th { color: var(--soft); font-weight: 600; }
.tradeoff { max-width: 44rem; } .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(22rem, 1fr)); gap: 1rem; }
figure { margin: 0; background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: .8rem; }
figcaption { font-size: .9rem; color: var(--soft); } svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--soft); font: 13px system-ui, sans-serif; } svg .grid { stroke: var(--line); stroke-width: 1; }
svg .bare { stroke: var(--bare); } svg .masked { stroke: var(--masked); } svg .all { stroke: var(--all); }
svg .curve { fill: none; stroke-width: 2.2; stroke-linejoin: round; } svg .loose { stroke-dasharray: 2 4; stroke-width: 1.6; }
svg .genuine { fill: var(--genuine); stroke: var(--genuine); } svg .impostor { fill: var(--impostor); stroke: var(--impostor); }
svg .area { fill-opacity: .22; stroke-width: 1.6; } svg .mark { stroke: var(--text); stroke-dasharray: 5 4; stroke-width: 1.4; }
.key { display: inline-block; width: .8rem; height: .8rem; border-radius: .2rem; margin: 0 .3rem 0 .8rem; vertical-align: -1px; }
@media print { body { max-width: none; } figure { break-inside: avoid; } }
`;
