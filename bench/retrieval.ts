// How well tools are found for prompts:
//   node --import tsx bench/retrieval.ts TOOLS.json QUERIES.jsonl [--halves] [--misses]
// TOOLS is `{server: [definition…]}`, as bench/retrieval/collect-tools.ts prints it; a line of QUERIES is
// `{id, prompt, kind, target: [[server, tool]…]}`. A hit at k is strict: every target is among the first k. `--halves` shows both
// halves of our own queries with BM25 beside them, `--misses` what the half missed that the ranking was tuned on.
import { loadTokenizer } from '../src/models/tokenizer.ts'
import { rankTools } from '../src/tools/retrieval/rank-tools.ts'
import { bm25 } from './retrieval/bm25.ts'
import { type Figures, halfOf, measure, readQueries, readTools, targetNames } from './retrieval/measure.ts'

const flags = process.argv.slice(2).filter((each) => each.startsWith('--'))
const [toolsFile, queriesFile] = process.argv.slice(2).filter((each) => !each.startsWith('--'))
if (!toolsFile || !queriesFile) {
  console.error('usage: node --import tsx bench/retrieval.ts TOOLS.json QUERIES.jsonl [--halves] [--misses]')
  process.exit(2)
}

const tools = readTools(toolsFile)
const queries = readQueries(queriesFile, tools)
const tokenizer = await loadTokenizer()
const rankings = { bm25: bm25(tools), lexical: rankTools(tools) }

function show(name: string, { kinds, meanTokensTop5 }: Figures): void {
  for (const [kind, figures] of Object.entries(kinds)) {
    const { queries, ...hits } = figures
    const columns = Object.entries(hits).map(([depth, hit]) => `${depth} ${hit.toFixed(3)}`)
    console.log(name.padEnd(20), kind.padEnd(16), String(queries).padStart(4), ...columns)
  }
  console.log(name.padEnd(20), `${meanTokensTop5} tokens in the first five`)
}

for (const half of flags.includes('--halves') ? (['tuning', 'held out'] as const) : []) {
  const chosen = queries.filter((query) => halfOf(query) === half)
  for (const [name, rank] of Object.entries(rankings))
    show(`${half}, ${name}`, await measure(chosen, rank, tokenizer))
}

if (flags.includes('--misses')) {
  const chosen = queries.filter((query) => halfOf(query) === 'tuning')
  for (const { query, found } of (await measure(chosen, rankings.lexical, null)).missed) {
    console.log(
      `${query.kind}: ${query.prompt}\n  wanted ${targetNames(query).join(', ')}\n  found ${found.join(', ')}`,
    )
  }
}

show('bm25', await measure(queries, rankings.bm25, tokenizer))
const begun = performance.now()
for (const { prompt } of queries) rankings.lexical(prompt, 5)
const msPerQuery = Number(((performance.now() - begun) / queries.length).toFixed(2))
const { kinds, meanTokensTop5 } = await measure(queries, rankings.lexical, tokenizer)
console.log(
  JSON.stringify({ tools: tools.length, queries: queries.length, kinds, meanTokensTop5, msPerQuery }),
)
