// How well tools are found for prompts:
//   node --import tsx bench/retrieval.ts TOOLS.json QUERIES.jsonl [--halves] [--misses] [--embeddings=openai:MODEL]
// TOOLS is `{server: [definition…]}`, as bench/retrieval/collect-tools.ts prints it; a line of QUERIES is
// `{id, prompt, kind, target: [[server, tool]…]}`. A hit at k is strict: every target is among the first k. `--halves` shows both
// halves of our own queries with BM25 beside them, `--misses` what the half missed that the ranking was tuned on. One person wrote
// queries and lexicon: figures on prompts of others are likely lower than on ours.

import { createEmbedder } from '../src/models/embedders.ts'
import { loadTokenizer } from '../src/models/tokenizer.ts'
import { hybridRanking } from '../src/tools/retrieval/hybrid.ts'
import { rankTools } from '../src/tools/retrieval/rank-tools.ts'
import { bm25 } from './retrieval/bm25.ts'
import {
  type Figures,
  halfOf,
  measure,
  type RetrievalQuery,
  readQueries,
  readTools,
  targetNames,
} from './retrieval/measure.ts'

const flags = process.argv.slice(2).filter((each) => each.startsWith('--'))
const [toolsFile, queriesFile] = process.argv.slice(2).filter((each) => !each.startsWith('--'))
if (!toolsFile || !queriesFile) {
  console.error('usage: node --import tsx bench/retrieval.ts TOOLS.json QUERIES.jsonl [--halves] [--misses]')
  process.exit(2)
}

const tools = readTools(toolsFile)
const queries = readQueries(queriesFile, tools)
const tokenizer = await loadTokenizer()
const lexical = rankTools(tools)
const rankings = { bm25: bm25(tools), lexical, ...(await hybrid()) }

/** By an embeddings API, where one is named: its key and address are looked up in the environment. */
async function hybrid() {
  const name = flags.find((flag) => flag.startsWith('--embeddings='))?.slice('--embeddings='.length)
  if (name === undefined) return {}
  const embedder = await createEmbedder(name, { env: process.env })
  const rank = hybridRanking(tools, embedder)
  const { signal } = new AbortController()
  return { hybrid: (prompt: string, limit: number) => rank(prompt, limit, { queries: embedder, signal }) }
}

function show(name: string, { kinds, meanTokensTop5 }: Figures): void {
  for (const [kind, { queries, ...hits }] of Object.entries(kinds)) {
    const columns = Object.entries(hits).map(([depth, hit]) => `${depth} ${hit.toFixed(3)}`)
    console.log(name.padEnd(20), kind.padEnd(16), String(queries).padStart(4), ...columns)
  }
  console.log(name.padEnd(20), `${meanTokensTop5} tokens in the first five`)
}

async function showAll(chosen: readonly RetrievalQuery[], prefix = ''): Promise<void> {
  for (const [name, rank] of Object.entries(rankings))
    show(prefix + name, await measure(chosen, rank, tokenizer))
}

if (flags.includes('--halves')) {
  for (const half of ['tuning', 'held out'] as const)
    await showAll(
      queries.filter((query) => halfOf(query) === half),
      `${half}, `,
    )
}

if (flags.includes('--misses')) {
  const chosen = queries.filter((query) => halfOf(query) === 'tuning')
  for (const { query, found } of (await measure(chosen, lexical, null)).missed) {
    const wanted = targetNames(query).join(', ')
    console.log(`${query.kind}: ${query.prompt}\n  wanted ${wanted}\n  found ${found.join(', ')}`)
  }
}

await showAll(queries)
const begun = performance.now()
for (const { prompt } of queries) lexical(prompt, 5)
const msPerQuery = Number(((performance.now() - begun) / Math.max(1, queries.length)).toFixed(2))
const { kinds, meanTokensTop5 } = await measure(queries, lexical, tokenizer)
const counts = { tools: tools.length, queries: queries.length, msPerQuery }
console.log(JSON.stringify({ ...counts, kinds, meanTokensTop5 }))
