import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import type { ModelTurn, Transcript } from '../src/domain/grader.ts'
import { isJsonObject, type Json, readJson } from '../src/domain/json.ts'
import { type Decision, unknownUsage } from '../src/domain/model.ts'
import type { BfclExpectation, Case } from '../src/domain/suite.ts'
import { bfcl } from '../src/evaluate/graders/bfcl/bfcl.ts'
import { readArguments } from '../src/models/decision.ts'
import { elementTexts, memberText } from '../src/record/member-text.ts'

// In how many rows the mode `bfcl` says what BFCL's own checker said: the verdict and, where there is one, its error type.
// Rows go through the grader, as transcripts of one model turn.

const [casesFile, verdictsFile] = process.argv.slice(2)
if (!casesFile || !verdictsFile) {
  console.error('usage: bfcl-agreement.ts CASES.jsonl.gz VERDICTS.jsonl.gz')
  process.exit(2)
}
const location = { file: casesFile, line: 1, column: 1 }
const graders = new Map((await linesOf(casesFile)).map((line) => [textAt(line, 'id'), bfcl(caseOf(line))]))
const differences = new Map<string, number>()
let rows = 0
let agree = 0
for (const line of await linesOf(verdictsFile)) {
  const wanted = errorOf(line)
  const score = await graders.get(textAt(line, 'id'))?.grade(transcriptOf(line), new AbortController().signal)
  const found = score?.passed ? null : (score?.reason.split(' ')[0] ?? 'no such case')
  rows += 1
  if (found === wanted) agree += 1
  else differences.set(`${wanted} → ${found}`, (differences.get(`${wanted} → ${found}`) ?? 0) + 1)
}
for (const [difference, count] of differences) console.log(`${count} × official → here: ${difference}`)
console.log(JSON.stringify({ rows, agree }))

async function linesOf(file: string): Promise<readonly string[]> {
  const bytes = await readFile(file)
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text.split('\n').filter((line) => line !== '')
}

function caseOf(line: string): Case {
  const language = textAt(line, 'language')
  const expected: BfclExpectation = {
    category: textAt(line, 'category'),
    language: language === 'java' || language === 'javascript' ? language : 'python',
    functions: memberText(line, ['functions']) ?? '[]',
    answers: memberText(line, ['possible_answer']) ?? '[]',
  }
  const expect = { calls: null, match: 'exact', forbid: [], answer: [], bfcl: expected } as const
  const rest = { writes: false, draft: false, recording: null, tags: [], hash: '', location }
  return { id: textAt(line, 'id'), prompt: '', expect, ...rest, locate: () => location }
}

/** The arguments keep their text. */
function transcriptOf(line: string): Transcript {
  const decisions = elementTexts(memberText(line, ['output']) ?? '[]').map((call, index): Decision => {
    const [name = ''] = Object.keys(Object(readJson(call)))
    const rawArguments = memberText(call, [name]) ?? 'null'
    return { id: String(index), tool: `bfcl/${name}`, arguments: readArguments(rawArguments), rawArguments }
  })
  const turn: ModelTurn = {
    type: 'model',
    tools: [],
    definitionTokens: null,
    totalTokens: null,
    isEstimate: false,
    usage: unknownUsage,
    text: '',
    decisions,
    finishReason: 'tool_calls',
    durationMs: 0,
  }
  return { prompt: '', turns: [turn], answer: null, stopped: 'step limit' }
}

function errorOf(line: string): Json {
  const row = readJson(line)
  if (!isJsonObject(row)) return 'no row'
  return row.valid === true ? null : (row.error_type ?? 'invalid')
}

function textAt(line: string, name: string): string {
  const row = readJson(memberText(line, [name]) ?? 'null')
  return typeof row === 'string' ? row : ''
}
