import { Html } from './html.ts'

/** Light and dark as the reader's system has it; on paper always light. Colour says verdicts and nothing else. */
export const pageStyle = new Html(`
:root { color-scheme: light dark; --ink: #1c2430; --quiet: #5b6675; --page: #f6f7f9; --card: #fff; --line: #dfe3e8;
  --good: #1a7f4b; --doubtful: #9a5b00; --bad: #b3261e; --mark: #fff0c2; --bar: #5b7fbd; --code: #f1f3f6; --more: #0004; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --quiet: #9aa5b4; --page: #11151b; --card: #191f27; --line: #2c3541;
  --good: #5cc98f; --doubtful: #e3aa55; --bad: #ff8a80; --mark: #5a4512; --bar: #7ea2e0; --code: #11161d; --more: #fff5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: .9375rem/1.5 system-ui, sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: .25rem 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: .8rem; letter-spacing: .04em; color: var(--quiet); margin: 0 0 .6rem; font-weight: 600; }
section { margin-top: 1.75rem; }
p { margin: .3rem 0; }
code, pre { font: .85em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.kicker, .facts, .quiet, footer { color: var(--quiet); }
.kicker { margin: 0; overflow-wrap: anywhere; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); gap: 1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .9rem 1.1rem; min-width: 0; }
.card h2:not(:first-child) { margin-top: .9rem; }
.card ul { margin: 0; padding-left: 1.1rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem .9rem; margin: 0; }
dt { color: var(--quiet); }
dd, .card li, .card p { margin: 0; overflow-wrap: anywhere; }
.badge { display: inline-block; font-size: .75rem; line-height: 1.35; padding: 0 .45rem; border: 1px solid currentColor; border-radius: 1rem; white-space: nowrap; color: var(--quiet); }
.badge.good, .badge.verified { color: var(--good); }
.badge.doubtful { color: var(--doubtful); }
.badge.bad { color: var(--bad); font-weight: 600; }
.tree, .tree ol { list-style: none; margin: 0; padding: 0; }
.tree ol { margin-left: .6rem; padding-left: .9rem; border-left: 2px solid var(--line); }
.node { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .45rem .8rem; margin: .5rem 0; min-width: 0; }
.node.bad { border-color: var(--bad); }
.node.doubtful { border-color: var(--doubtful); }
.line { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .6rem; }
.line strong { overflow-wrap: anywhere; min-width: 0; }
.line .quiet { font-size: .87rem; }
.offset { color: var(--quiet); font-variant-numeric: tabular-nums; min-width: 4rem; }
.kind { color: var(--quiet); }
.bar { margin-left: auto; width: 9rem; height: .4rem; align-self: center; flex: none; }
.bar rect { fill: var(--bar); }
.bar .track { fill: var(--line); }
.said { overflow-wrap: anywhere; font-size: .87rem; }
.said code { white-space: pre-wrap; background: var(--code); border-radius: .25rem; padding: .1rem .35rem; font-size: .95em; }
.note { color: var(--doubtful); overflow-wrap: anywhere; font-size: .9rem; }
.model .note, .policy .note { color: var(--quiet); }
details { margin: .35rem 0; }
summary { cursor: pointer; font-size: .87rem; }
pre { margin: .3rem 0 .2rem; padding: .6rem .75rem; background: var(--code); border-radius: .35rem; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 32rem; overflow-y: auto; }
mark { background: var(--mark); color: var(--ink); border-radius: .2rem; padding: 0 .15rem; }
.wide { overflow-x: auto; }
.card.wide, .card .wide { background: linear-gradient(90deg, var(--card) 1.5rem, transparent 3rem) local, linear-gradient(270deg, var(--card) 1.5rem, transparent 3rem) local,
  linear-gradient(90deg, var(--more), transparent .9rem), linear-gradient(270deg, var(--more), transparent .9rem), var(--card); }
table { border-collapse: collapse; width: 100%; font-size: .87rem; }
th { text-align: left; color: var(--quiet); font-weight: 500; }
th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td code { overflow-wrap: anywhere; }
td.name { min-width: 12rem; }
th.group { color: var(--ink); font-weight: 600; padding-top: .7rem; overflow-wrap: anywhere; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.number { white-space: normal; }
tr > :last-child { padding-right: 0; }
tbody th.group { border-bottom: none; }
.card.wide + .card.wide { margin-top: 1rem; }
p + table, .card table + p { margin-top: .6rem; }
.intervals { display: grid; grid-template-columns: 2fr 3fr; column-gap: 1.2rem; align-items: center; font-size: .8rem; padding-right: 1.2rem; }
.intervals div { text-align: right; overflow-wrap: anywhere; min-width: 0; }
.intervals svg { width: 100%; height: 1.7rem; overflow: visible; }
.plot { display: flex; flex-wrap: wrap; gap: .5rem 2rem; font-size: .8rem; }
.plot svg { flex: 3 1 20rem; min-width: 0; max-width: 40rem; }
.plot ol { flex: 1 1 12rem; margin: .9rem 0; padding-left: 1.5rem; overflow-wrap: anywhere; }
footer { margin-top: 2.5rem; font-size: .85rem; }
@media (max-width: 40rem) { main { padding: 1.1rem .8rem 2rem; } .bar { display: none; } .tree ol { margin-left: .1rem; padding-left: .5rem; } .offset { min-width: 0; }
  .intervals { grid-template-columns: 1fr; padding: 0 1.2rem; } .intervals div { text-align: left; margin-left: -1.2rem; } .intervals svg { height: 1.1rem; } }
@media print {
  :root { color-scheme: light; --ink: #000; --quiet: #444; --page: #fff; --card: #fff; --line: #bbb; --good: #0b5d33; --doubtful: #7a4700; --bad: #9c1c15; --mark: #eee; --bar: #555; --code: #fff; }
  html { font-size: 11px; } main { max-width: none; padding: 0; }
  pre { max-height: none; border: 1px solid var(--line); }
  details::details-content { content-visibility: visible; display: block; height: auto; }
  .line, .card { break-inside: avoid; }
}
`)
