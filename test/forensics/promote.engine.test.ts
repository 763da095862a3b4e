import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../src/config/calltrail-config.ts'
import { loadSuites } from '../../src/config/suites.ts'
import { unknownIdentity } from '../../src/domain/identity.ts'
import type { Model } from '../../src/domain/model.ts'
import type { Store } from '../../src/domain/store.ts'
import { runPlan } from '../../src/evaluate/run.ts'
import { closeStages, setStages } from '../../src/evaluate/stage.ts'
import { promote } from '../../src/forensics/promote.ts'
import { scriptedModel } from '../../src/models/scripted.ts'
import { loadTokenizer } from '../../src/models/tokenizer.ts'
import { recordSession } from '../../src/record/session-recorder.ts'
import type { ChainRow, QueryName } from '../../src/store/queries.ts'
import { caseOf, play, servers } from '../evaluate/played-run.ts'
import { suiteOf } from '../evaluate/suites.ts'
import { ask, ingestAll, journal, store, useHome } from '../store/open-home.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'

useHome()

const tokenizer = await loadTokenizer()
const token = 'ghp_0123456789abcdefghij0123456789abcdef'
const policies = [resolve('policies/read-only.cedar')]
let folder: string

beforeEach(() => {
  const made = temporaryFolder()
  folder = made.path
  onTestFinished(() => made.remove())
})

const calls = (...made: readonly (readonly [string, object])[]) => ({
  calls: made.map(([tool, given]) => ({ tool, arguments: JSON.stringify(given) })),
})

/** Plays a prompt on the real server, recorded in the home. */
async function record(prompt: string, model: Model): Promise<string> {
  const signal = new AbortController().signal
  const suite = suiteOf('live', ['bench'], [{ ...caseOf('live', { calls: [] }), prompt }], policies)
  const stages = await setStages({ suites: [suite], exposures: ['full'], servers, signal })
  const plan = { suites: [suite], models: [model], exposures: ['full'], trials: 1, seed: 1 }
  const more = { identity: unknownIdentity, tokenizer, version: '0', concurrency: 1, signal }
  await runPlan(plan, { stages, journal, ...more }).finally(() => closeStages(stages))
  return onlyChain()
}

async function onlyChain(): Promise<string> {
  journal.flush()
  await ingestAll()
  const [chain] = await ask<ChainRow>('chains')
  return chain?.chain ?? ''
}

async function promoted(chain: string, more: { prompt?: string; from?: Store<QueryName> } = {}) {
  const config = await loadConfig(undefined, folder)
  const { from = store, prompt } = more
  const suites = [suiteOf('live', ['bench'], [], policies)]
  return promote(from, chain, { suite: 'incidents.yaml', suites, prompt, config })
}

const suiteText = () => readFileSync(join(folder, 'incidents.yaml'), 'utf8')
const loaded = async () => loadSuites(['incidents.yaml'], await loadConfig(undefined, folder))

describe('a trial that was recorded', () => {
  test('is a case that is played alike in another home, with what was secret under other names', async () => {
    const prompt = `Log in to box-7 with ${token}, the passphrase is tulip-harbour.`
    const login = ['bench/echo', { title: 'box-7', password: 'tulip-harbour' }] as const
    const chain = await record(
      prompt,
      scriptedModel('scripted:m', [
        calls(login, ['bench/echo', { title: `use ${token}` }]),
        calls(login),
        { text: 'Done.' },
      ]),
    )
    expect(await promoted(chain)).toMatchObject({
      ...{ isNew: true, isDraft: false, calls: 3, servers: ['bench'], otherPolicies: null },
    })
    const written = suiteText() + readFileSync(join(folder, 'incidents.cassette.json'), 'utf8')
    expect(written).toContain('prompt: Log in to box-7 with [redacted:github-token:1], the passphrase')
    expect(written).toContain('title: "use [redacted:github-token:1]"')
    expect(written).not.toMatch(/\[redacted:[a-z-]+:[0-9a-f]{12}\]/)

    // Elsewhere the model writes one secret as the prompt shows it, and the other as the prompt says it.
    const there = scriptedModel('scripted:m', [
      calls(login, ['bench/echo', { title: 'use [redacted:github-token:1]' }]),
      calls(login),
      { text: 'Done.' },
    ])
    const exposures = ['full', 'slim']
    const runs = [1, 2].map(async () => play({ suites: await loaded(), models: [there], exposures }))
    const outcomes = (await Promise.all(runs)).map(({ fault, ofKind }) => ({
      fault,
      trials: ofKind('trial').map(({ outcome, message, violations }) => [outcome, message, violations]),
      replays: ofKind('tool_result').map(({ replay }) => replay),
    }))
    const trials = exposures.map(() => ['passed', null, 0])
    const replays = exposures.flatMap(() => ['recorded', 'recorded', 'recorded'])
    expect(outcomes).toEqual([1, 2].map(() => ({ fault: null, trials, replays })))
  })

  test('is a draft where it changed something, failed, or called what nobody can expect', async () => {
    const script = [
      calls(['bench/refuse', {}], ['bench/gone', {}], ['bench/echo', { colour: 'red' }]),
      { text: 'It is red.' },
    ]
    const chain = await record('Colour it.', scriptedModel('scripted:m', script))
    const { isDraft, decide } = await promoted(chain)
    const lines = suiteText().split('\n')
    expect(isDraft).toBe(true)
    expect(decide.map((line) => lines[line - 1]?.trim())).toEqual([
      '# DECIDE: bench/gone was called, which is no tool of its server; a case cannot expect it.',
      '# DECIDE: it failed: tool error, no such colour. Should it have been called so?',
      '# DECIDE: colour: "red" is not what the schema of bench/echo asks for, so it is not expected. What is?',
    ])
    const [suite] = await loaded()
    expect(suite?.cases).toMatchObject([{ id: 'colour-it', draft: true }])
    const { ofKind } = await play({ suites: await loaded(), models: [scriptedModel('scripted:m', script)] })
    expect(ofKind('trial')).toMatchObject([{ outcome: 'not judged', message: 'draft: would pass' }])
  })

  test('is added once, and beside others; what stands there stays', async () => {
    const model = scriptedModel('scripted:m', [calls(['bench/echo', { title: 'a' }]), { text: 'a' }])
    const first = await record('Echo a.', model)
    await promoted(first)
    writeFileSync(join(folder, 'incidents.yaml'), `${suiteText()}# mine\n`)
    await expect(promoted(first)).rejects.toThrow('is the case echo-a already')
    await promoted(await record('Echo a!', model))
    expect((await loaded())[0]?.cases.map(({ id }) => id)).toEqual(['echo-a', 'echo-a-2'])
    const { servers } = JSON.parse(readFileSync(join(folder, 'incidents.cassette.json'), 'utf8'))
    expect(servers.bench).toHaveLength(1)
    expect(suiteText()).toMatch(/id: echo-a-2\n[\s\S]*\n# mine\n$/)
  })
})

describe('nothing is written, and it is said why, where a chain', () => {
  const identity = unknownIdentity
  const ok = { layer: 'ok', code: null, message: null } as const
  const wholeResult = { json: '{"content":[{"type":"text","text":"8080"}]}' }

  /** A call that a proxy before a server saw; no model. */
  function session(result = wholeResult) {
    const recorder = recordSession(journal, {
      type: 'stdio',
      server: 'files',
      identity,
      parent: null,
      evidence: {},
    })
    const tools = [{ name: 'read', inputSchema: { type: 'object', properties: { path: {} } } }]
    recorder.toolDefinitions({ server: 'files', serverVersion: null, tools })
    const question = {
      tool: 'files/read',
      server: 'files',
      arguments: { path: 'a' },
      readOnly: null,
      evidence: {},
    }
    recorder.toolResult(recorder.toolRequest(question), { outcome: ok, result })
    return recorder
  }

  async function refusal(chain: string, more: { prompt?: string; from?: Store<QueryName> } = {}) {
    const said = await promoted(chain, more).then(
      () => 'promoted',
      (error: Error & { code: string }) => `${error.code}: ${error.message.split('\n')[0]}`,
    )
    if (said !== 'promoted') expect(readdirSync(folder)).toEqual([])
    return said.replace(chain, 'C')
  }

  test('has no prompt, unless one is given', async () => {
    session()
    const chain = await onlyChain()
    expect(await refusal(chain)).toBe(
      'usage: chain C cannot become a case: no recorder saw the prompt that began it',
    )
    await expect(promoted(chain)).rejects.toThrow(`promote ${chain} --suite FILE --prompt "…"`)
    expect(await refusal(chain, { prompt: 'Read a.' })).toBe('promoted')
    expect(suiteText()).toContain('draft: true\n    prompt: Read a.\n')
    expect(suiteText()).toContain('DECIDE: it does not say that it only reads')
  })

  test('is not whole: cut, or erased since', async () => {
    session({ json: JSON.stringify({ content: [{ type: 'text', text: 'x'.repeat(3_000_000) }] }) })
    const cut = await onlyChain()
    const problem = 'usage: chain C cannot become a case: the result of files/read was cut or erased'
    expect(await refusal(cut, { prompt: 'Read a.' })).toBe(problem)
    const erased: Store<QueryName> = {
      ...store,
      query: (name, params) => store.query(name, name === 'bodies' ? { values: [] } : params),
    }
    expect(await refusal(cut, { prompt: 'Read a.', from: erased })).toContain('the arguments of files/read')
  })

  test('is still running', async () => {
    const trial = recordSession(journal, { type: 'trial', server: null, identity, parent: 'r', evidence: {} })
    const question = { tool: 'files/read', server: 'files', arguments: {}, readOnly: true, evidence: {} }
    trial.toolResult(trial.toolRequest(question), { outcome: ok, result: wholeResult })
    session()
    await onlyChain()
    const [chain] = await ask<ChainRow>('chains', { run: 'r' })
    expect(await refusal(chain?.chain ?? '', { prompt: 'Read a.' })).toContain(
      `it is still running: the trial ${trial.session} has not ended`,
    )
  })
})
