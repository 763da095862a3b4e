import type { ModelTurn, Transcript } from '../dist/domain/grader.js'
import { type Decision, unknownUsage } from '../dist/domain/model.js'
import type { Case } from '../dist/domain/suite.js'
import { gradeTranscript } from '../dist/evaluate/grade.js'

// Transcripts graded a second by all graders of a case, on one core: two calls, one of them expected, and an answer. The
// program as it ships: tsx names every closure each time that it is made, which costs a fifth.

const location = { file: 'bench', line: 1, column: 1 }
const testCase: Case = {
  id: 'case',
  prompt: 'Which port?',
  expect: {
    calls: [{ tool: 'files/read_text_file', args: { path: { endsWith: 'config.yaml' } }, alternatives: [] }],
    match: 'subset',
    forbid: ['files/write_file'],
    answer: [{ contains: '8080' }],
  },
  writes: false,
  draft: false,
  recording: null,
  tags: [],
  hash: 'hash',
  location,
  locate: () => location,
}
const { signal } = new AbortController()
const transcripts = Array.from({ length: 1000 }, (_, index) => transcriptOf(index))
for (let warm = 0; warm < 20; warm++) await gradeAll()
const rounds = 100
const began = process.cpuUsage()
for (let round = 0; round < rounds; round++) await gradeAll()
const { user, system } = process.cpuUsage(began)
const graded = rounds * transcripts.length
console.log(JSON.stringify({ transcripts: graded, perSecond: Math.round(graded / ((user + system) / 1e6)) }))

async function gradeAll(): Promise<void> {
  for (const transcript of transcripts) {
    const { outcome } = await gradeTranscript(testCase, transcript, signal)
    if (outcome !== 'passed') throw new Error(`graded as ${outcome}`)
  }
}

function transcriptOf(index: number): Transcript {
  const calls = ['list_directory', 'read_text_file'].map((tool, place): Decision => {
    const given = { path: `service-${index}/config.yaml` }
    return { id: `${place}`, tool: `files/${tool}`, arguments: given, rawArguments: JSON.stringify(given) }
  })
  const turn: ModelTurn = {
    type: 'model',
    tools: ['files/list_directory', 'files/read_text_file', 'files/write_file'],
    definitionTokens: 300,
    totalTokens: 400,
    isEstimate: false,
    usage: unknownUsage,
    text: '',
    decisions: [],
    finishReason: 'stop',
    durationMs: 1,
  }
  const turns = calls.flatMap((decision) => {
    const { id, tool, arguments: given } = decision
    const result = { content: [{ type: 'text', text: 'port: 8080' }], isError: false }
    const call = {
      type: 'call',
      id,
      parentId: null,
      tool,
      arguments: given,
      readOnly: true,
      result,
      durationMs: 1,
    } as const
    return [{ ...turn, decisions: [decision] }, call]
  })
  const text = 'It listens on port 8080.'
  return { prompt: 'Which port?', turns: [...turns, { ...turn, text }], answer: text, stopped: 'answered' }
}
