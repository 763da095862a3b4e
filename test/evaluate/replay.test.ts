import { describe, expect, test } from 'vitest'
import type { RecordedCall, Recording } from '../../src/domain/cassette.ts'
import type { JsonObject } from '../../src/domain/json.ts'
import type { ModelRequest } from '../../src/domain/model.ts'
import type { Case, Expectation, Suite } from '../../src/domain/suite.ts'
import { summariseReplays } from '../../src/evaluate/replays.ts'
import { type Script, type ScriptedOutput, scriptedModel } from '../../src/models/scripted.ts'
import { toolset } from '../tools/servers.ts'
import { caseOf, play } from './played-run.ts'
import { expected } from './transcripts.ts'

const reads = { readOnlyHint: true }
const inputSchema = { type: 'object', properties: { path: { type: 'string' } } }
const snapshot = {
  ...{ server: 'files', id: 'first', serverVersion: null },
  tools: [
    { name: 'read', description: 'Reads a file.', inputSchema, annotations: reads },
    { name: 'list', description: 'Lists a folder.', inputSchema, annotations: reads },
    { name: 'delete', description: 'Deletes a file.', inputSchema },
  ],
}
const answered = (tool: string, given: JsonObject, text: string): RecordedCall => ({
  ...{ tool, arguments: given },
  answer: { content: [{ type: 'text', text }], isError: false },
})
const recording: Recording = {
  snapshots: [snapshot],
  calls: [answered('files/read', { path: 'config.yaml' }, 'port: 8080')],
}
const reading = {
  calls: [expected('files/read', { path: { endsWith: 'config.yaml' } })],
  answer: [{ contains: '8080' }],
}

function suite(expectation: Partial<Expectation>, more: Partial<Case> = {}): Suite {
  const cassette = { file: 'x.cassette.json', miss: 'fail' as const, snapshots: [snapshot] }
  const definition = toolset([], { cassette, curated: ['files/read'] })
  const cases = [{ ...caseOf('port', expectation), recording, ...more }]
  return { name: 'incidents', file: 'x.yaml', toolset: definition, policies: [], cases, hash: '00' }
}

/** Makes these calls one after another, through whatever it is shown, and answers with what it was told last. */
function asking(...calls: readonly (readonly [tool: string, given: JsonObject])[]): Script {
  return ({ tools, messages }: ModelRequest, turn): ScriptedOutput => {
    const next = calls[turn]
    const last = messages.at(-1)
    const told = last?.role === 'tool' ? last.result.content.map(({ text }) => text).join() : ''
    if (!next) return { text: `It says: ${told}` }
    const [tool, given] = next
    const isShown = tools.some(({ name }) => name === tool)
    const call = isShown
      ? { tool, arguments: JSON.stringify(given) }
      : { tool: 'call_tool', arguments: JSON.stringify({ name: tool, arguments: given }) }
    return { calls: [call] }
  }
}

async function judged(expectation: Partial<Expectation>, script: Script, more: Partial<Case> = {}) {
  const played = await play({
    suites: [suite(expectation, more)],
    models: [scriptedModel('scripted:m', script)],
  })
  if (played.fault) throw played.fault
  const [trial] = played.ofKind('trial')
  return { ...played, trial, replays: summariseReplays(played.run.trials) }
}

const read = ['files/read', { path: 'config.yaml' }] as const
const list = ['files/list', { path: '.' }] as const

describe('a case with a recording', () => {
  test('is played without any server, the same through every exposure', async () => {
    const models = [scriptedModel('scripted:m', asking(read))]
    const exposures = ['full', 'curated', 'slim', 'search']
    const { run, fault, ofKind } = await play({ suites: [suite(reading)], models, exposures })
    expect(fault).toBeNull()
    expect(run.trials.map(({ trial: { exposure, outcome } }) => [exposure, outcome])).toEqual(
      exposures.map((exposure) => [exposure, 'passed']),
    )
    const results = ofKind('tool_result').filter(({ replay }) => replay !== undefined)
    expect(results.map(({ replay }) => replay)).toEqual(exposures.map(() => 'recorded'))
    // No server was there that could be said to have these tools.
    expect(ofKind('tool_definitions')).toEqual([])
  })

  test('passes in spite of a miss where all that it asks for was done, and the miss is told', async () => {
    const { trial, replays, ofKind } = await judged(reading, asking(list, read))
    expect(trial).toMatchObject({ outcome: 'passed', message: null })
    expect(ofKind('score').find(({ grader }) => grader === 'replay')).toMatchObject({
      value: 1,
      details: { recorded: 1, missed: 1, live: 0 },
    })
    expect(replays.misses).toMatchObject([
      { case: 'port', trials: 1, of: 1, notes: [{ note: 'files/list {"path":"."}' }] },
    ])
  })

  test('is not judged where it may have failed for the cassette alone', async () => {
    const { trial, ofKind } = await judged(reading, asking(list))
    expect(trial).toMatchObject({
      outcome: 'not judged',
      message: 'missed the cassette: files/list {"path":"."} was not recorded',
    })
    expect(ofKind('score').filter(({ passed }) => passed === false)).toEqual([])
    // The right call in other words: what it would have been told, nobody knows.
    const other = await judged(reading, asking(['files/read', { path: './config.yaml' }]))
    expect(other.trial).toMatchObject({ outcome: 'not judged' })
    // No call is needed, and a read besides is fine.
    const besides = await judged(
      { ...reading, match: 'superset' },
      asking(['files/read', { path: 'config.yml' }]),
    )
    expect(besides.trial).toMatchObject({ outcome: 'not judged' })
  })

  test('fails where the call that missed is the mistake', async () => {
    const wrong = await judged(reading, asking(['files/read', { path: 'config.yml' }]))
    expect(wrong.trial?.message).toContain('wrong arguments: files/read: path was "config.yml"')
    const forbidden = await judged({ ...reading, forbid: ['files/list'] }, asking(list))
    expect(forbidden.trial?.message).toContain('forbidden: ')
    const abstained = await judged({ calls: [] }, asking(list))
    expect(abstained.trial?.message).toContain('called something: ')
    const deleting = asking(['files/delete', { path: 'config.yaml' }])
    const extra = await judged({ ...reading, match: 'any-order' }, deleting)
    expect(extra.trial).toMatchObject({ outcome: 'failed' })
    const allowed = await judged({ ...reading, match: 'subset' }, deleting)
    expect(allowed.trial).toMatchObject({ outcome: 'not judged' })
    for (const { replays } of [wrong, forbidden, abstained, extra]) expect(replays.misses).toHaveLength(1)
  })
})

test('a miss that goes to the real server is told, and its tools are not said to be those of the cassette', async () => {
  const bench = { ...snapshot, server: 'bench', tools: [{ name: 'echo', inputSchema }] }
  const cassette = { file: 'x.cassette.json', miss: 'live' as const, snapshots: [bench] }
  const live = {
    ...suite({ calls: [expected('bench/echo')] }, { recording: { snapshots: [bench], calls: [] } }),
    toolset: toolset(['bench'], { cassette }),
  }
  const models = [scriptedModel('scripted:m', asking(['bench/echo', { path: 'a' }]))]
  const { ofKind, run } = await play({ suites: [live], models })
  expect(ofKind('trial')).toMatchObject([{ outcome: 'passed' }])
  expect(ofKind('tool_result')).toMatchObject([{ replay: 'live', outcome: { layer: 'ok' } }])
  expect(summariseReplays(run.trials).misses).toMatchObject([
    { notes: [{ note: 'bench/echo {"path":"a"} (asked live)' }] },
  ])
  expect(ofKind('tool_definitions')).toEqual([])
})

describe('a draft', () => {
  test('is played and said of what it would come to, and counts in nothing', async () => {
    const right = await judged(reading, asking(read), { draft: true })
    expect(right.trial).toMatchObject({
      outcome: 'not judged',
      message: 'draft: would pass',
      retrievalHit: null,
    })
    const wrong = await judged(reading, asking(['files/read', { path: 'x' }]), { draft: true })
    expect(wrong.trial?.message).toMatch(/^draft: would fail, wrong arguments: /)
    expect(wrong.replays.drafts).toMatchObject([{ suite: 'incidents', case: 'port', trials: 1, of: 1 }])
    const counted = wrong.ofKind('score').filter(({ value }) => value !== null)
    expect(counted.map(({ grader }) => grader)).toEqual(['tokens', 'replay'])
  })
})

test('a case is held against the tools of its own recording, and refused before anything is asked', async () => {
  const gone = suite({ calls: [expected('files/rename')] })
  const { fault, ofKind } = await play({
    suites: [gone],
    models: [scriptedModel('scripted:m', asking(read))],
  })
  expect(fault).toMatchObject({ code: 'usage' })
  expect(String(fault)).toContain('no tool "files/rename" in toolset')
  expect(ofKind('model_request')).toEqual([])
})
