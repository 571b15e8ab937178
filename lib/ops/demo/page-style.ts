/** The look of a demo server's page: its own, so that nobody takes it for a page of Countersign. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: light-dark(#fbfaf7, #15140f);
  --ink: light-dark(#1c1a14, #ece8dc);
  --soft: light-dark(#5a564a, #a9a391);
  --line: light-dark(#ddd8ca, #35322a);
  --good: light-dark(#17603a, #86d7a6);
  --bad: light-dark(#99201f, #ff9f95);
  --link: light-dark(#234a9c, #a9c1ff);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; }
h2 { font-size: 16px; margin: 32px 0 8px; }
p { margin: 0 0 8px; max-width: 70ch; }
code { font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
a { color: var(--link); }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.soft { color: var(--soft); }
dl { display: grid; grid-template-columns: repeat(3, minmax(0, 160px)); gap: 0; margin: 24px 0 0; }
dl div { border-top: 2px solid var(--ink); padding: 8px 12px 0 0; }
dt { color: var(--soft); font-size: 13px; }
dd { margin: 0; font-size: 24px; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: 13px; padding-bottom: 8px; }
th, td { text-align: left; vertical-align: top; padding: 8px 12px 8px 0; border-top: 1px solid var(--line); }
th { font-size: 13px; color: var(--soft); font-weight: 500; }
td.time { white-space: nowrap; }
.wide { margin-bottom: 16px; }
@media (min-width: 641px) { td.call code { white-space: nowrap; } }
.allowed, .refused { font-weight: 600; white-space: nowrap; }
.allowed { color: var(--good); }
.refused { color: var(--bad); }
@media (max-width: 640px) {
  thead { position: absolute; clip-path: inset(50%); }
  table, caption, tbody, tr, td { display: block; }
  tr { border-top: 1px solid var(--line); padding: 8px 0; }
  td { border: 0; padding: 2px 0; }
}
`
