import { Html } from '../page/html.ts'

/** What the console has beside `page-style.ts`: its head, lists and forms. */
export const consoleStyle = new Html(`
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
:root { --link: #1d5fb8; --field: #fff; } @media (prefers-color-scheme: dark) { :root { --link: #8ab4f8; --field: #11161d; } }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.head { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem 1.4rem; padding: .7rem max(1.25rem, calc((100vw - 70rem) / 2 + 1.25rem)); background: var(--card); border-bottom: 1px solid var(--line); }
.head a { color: var(--quiet); } .head a.name { color: var(--ink); font-weight: 650; letter-spacing: .01em; margin-right: .6rem; }
.head a[aria-current] { color: var(--ink); text-decoration: underline 2px var(--bar); text-underline-offset: .5rem; }
.head form { margin-left: auto; }
h1 { text-wrap: balance; } h1 + .facts { margin-bottom: 1.2rem; }
input, select, button { font: inherit; color: inherit; background: var(--field); border: 1px solid var(--line); border-radius: .35rem; padding: .3rem .55rem; min-width: 0; width: 100%; height: 2.15rem; }
button { cursor: pointer; background: var(--bar); border-color: var(--bar); color: #fff; width: auto; padding: .3rem .95rem; }
@media (prefers-color-scheme: dark) { button { color: #0c1116; } }
button.plain { height: auto; background: none; border: 0; padding: 0; color: var(--quiet); } button.plain:hover { text-decoration: underline; }
label { display: grid; gap: .15rem; color: var(--quiet); font-size: .8rem; min-width: 0; } label input, label select { color: var(--ink); font-size: .9375rem; }
.filters { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.4rem, 1fr)); gap: .6rem .8rem; align-items: end; }
.filters .words { grid-column: span 2; } .filters .check { display: flex; align-items: center; gap: .4rem; height: 2.15rem; font-size: .9375rem; color: var(--ink); } .filters .check input { width: auto; height: auto; }
.filters .do { display: flex; gap: .9rem; align-items: center; }
.list { margin-top: 1.25rem; padding: .2rem 1.1rem .6rem; }
.list table { font-size: .9rem; } .list th { padding-top: .7rem; white-space: nowrap; } .list tr:last-child td { border-bottom: 0; }
.list .when, .list .number { white-space: nowrap; font-variant-numeric: tabular-nums; } .number { text-align: right; }
.list td:last-child, .list th:last-child { padding-right: 0; }
.list .what { overflow-wrap: anywhere; min-width: 16rem; } .list .what a { color: var(--ink); font-weight: 500; } .list .what .quiet { font-size: .85rem; }
.list .what a code { font-weight: 400; }
.pages { display: flex; gap: 1.5rem; padding: .6rem 0; }
.login { max-width: 26rem; margin: 12vh auto 0; padding: 1.5rem 1.75rem; } .login form { display: grid; gap: .9rem; margin-top: 1rem; } .login button { justify-self: start; }
.card ul.changes { list-style: none; margin: .6rem 0 0; padding: 0; } .changes li { padding: .35rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.changes .sign { display: inline-block; width: 1.2rem; color: var(--quiet); } .card .changes ul { margin: .2rem 0 .2rem 1.2rem; padding-left: 1rem; font-size: .87rem; color: var(--quiet); } .changes ul li { border: 0; padding: .05rem 0; white-space: pre-wrap; }
.drifted { margin-top: 1rem; } .drifted h2 { font-size: 1rem; letter-spacing: 0; color: var(--ink); margin-bottom: .1rem; }
blockquote { margin: .3rem 0; padding: .4rem .75rem; border-left: 3px solid var(--bad); background: var(--code); overflow-wrap: anywhere; }
.gap, .card p.gap { margin-top: 1rem; } .note { white-space: pre-line; }
@media (max-width: 40rem) { .filters .words { grid-column: auto; } .list .optional, .list thead { display: none; }
  .list tr { display: block; padding: .55rem 0; border-bottom: 1px solid var(--line); } .list tr:last-child { border: 0; }
  .list td { display: inline-block; border: 0; padding: 0 .8rem 0 0; } .list td.what { display: block; min-width: 0; } }
`)
