import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Entry } from '../../src/domain/entry.ts'
import { unknownIdentity } from '../../src/domain/identity.ts'
import type { Message, ModelOutput, Tokenizer } from '../../src/domain/model.ts'
import type { CallContext, Tool, ToolSource } from '../../src/domain/tool.ts'
import { transcriptOf } from '../../src/evaluate/transcript.ts'
import { openHome, readKey } from '../../src/journal/home.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { scriptedModel } from '../../src/models/scripted.ts'
import { createRedactor } from '../../src/policy/redactor.ts'
import { recordedModel } from '../../src/record/recorded-model.ts'
import { ofExposure, ofServers, recordedTools } from '../../src/record/recorded-tools.ts'
import { recordSession } from '../../src/record/session-recorder.ts'
import { search } from '../../src/tools/exposures/search.ts'

const secret = `AKIA${'Q7RTYU3M5NPW2XZA'}`
const folder = await mkdtemp(join(tmpdir(), 'transcript-'))
afterAll(() => rm(folder, { recursive: true }))

const readFile: Tool = {
  name: 'files/read',
  description: 'Reads a file.',
  inputSchema: { type: 'object' },
  annotations: { readOnlyHint: true },
}
const files: ToolSource = {
  listTools: async () => [readFile],
  callTool: async () => ({ content: [{ type: 'text', text: `key: ${secret}` }], isError: false }),
  onListChanged: () => {},
}
const tokenizer: Tokenizer = {
  name: 'test',
  count: (text) => text.length,
  definitions: (tools) => tools.length,
}

const model = scriptedModel('scripted', [
  { calls: [{ id: 'a', tool: 'find_tool', arguments: '{"query": "read a file"}' }] },
  {
    calls: [
      { id: 'b', tool: 'call_tool', arguments: '{"name": "files/read", "arguments": {"path": "a"}}' },
      { id: 'c', tool: 'call_tool', arguments: '{"name": ' },
    ],
  },
  { text: `The key is ${secret}.` },
])

/** One trial behind the exposure `search`, recorded into a journal of its own. */
async function recordTrial() {
  const home = openHome(folder)
  const redactor = createRedactor(readKey(home, 'redaction'))
  const journal = openJournal({ home, redactor })
  const recorder = recordSession(journal, {
    type: 'trial',
    server: null,
    identity: unknownIdentity,
    parent: null,
    evidence: {},
    keep: true,
  })
  const signal = new AbortController().signal
  const trace = { traceId: '0'.repeat(31) + 1, spanId: '0'.repeat(15) + 1 }
  const context: CallContext = { identity: unknownIdentity, session: recorder.session, trace, signal }
  const tools = recordedTools(
    search().expose(recordedTools(files, recorder, { only: ofServers })),
    recorder,
    {
      only: ofExposure,
    },
  )
  const shown = await tools.listTools(context)
  const messages: Message[] = [{ role: 'user', text: 'What is the key?' }]
  let output: ModelOutput
  do {
    output = await recordedModel(model, recorder, { tokenizer }).generate(
      { messages, tools: shown, seed: 1 },
      signal,
    )
    messages.push({ role: 'assistant', text: output.text, decisions: output.decisions })
    for (const decision of output.decisions) {
      if (!decision.arguments) continue
      const call = { id: decision.id, name: decision.tool, arguments: decision.arguments }
      messages.push({ role: 'tool', decision, result: await tools.callTool(call, context) })
    }
  } while (output.decisions.length > 0)
  recorder.close({ reason: 'ended', exitCode: null, signal: null, message: null })
  journal.close()
  return { home, log: journal.log, recorder }
}

test('a live trial and its journal say the same, redacted', async () => {
  const { home, log, recorder } = await recordTrial()
  const live = transcriptOf(recorder.entries, (digest) => recorder.bodyText(digest))

  const reader = readJournal(home)
  const entries: Entry[] = []
  for await (const { entry } of reader.entries(log, 0)) entries.push(entry)
  const bodies = new Map<string, string>()
  for await (const { body } of reader.bodies(log, 0)) bodies.set(body.digest, body.text)
  expect(transcriptOf(entries, (digest) => bodies.get(digest) ?? null)).toEqual(live)

  expect(live.prompt).toBe('What is the key?')
  expect(live.answer).toMatch(/^The key is \[redacted:[^\]]+\]\.$/)
  expect(JSON.stringify(live)).not.toContain(secret)
  expect(live.turns.map(({ type }) => type)).toEqual(['model', 'retrieval', 'model', 'call', 'model'])
  expect(live.turns[1]).toEqual({ type: 'retrieval', query: 'read a file', tools: ['files/read'] })
  expect(live.turns[2]).toMatchObject({
    tools: ['find_tool', 'call_tool'],
    decisions: [{ id: 'b' }, { id: 'c', arguments: null, rawArguments: '{"name": ' }],
  })
  expect(live.turns[3]).toMatchObject({
    parentId: 'b',
    tool: 'files/read',
    arguments: { path: 'a' },
    readOnly: true,
  })
})
