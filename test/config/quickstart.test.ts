import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/calltrail-config.ts'
import { checkSuite } from '../../src/config/check-suite.ts'
import { defineServers } from '../../src/config/servers-file.ts'
import { loadSuites } from '../../src/config/suites.ts'
import { unknownIdentity } from '../../src/domain/identity.ts'
import type { JsonObject } from '../../src/domain/json.ts'
import type { Case, ExpectedCall } from '../../src/domain/suite.ts'
import { type CallContext, textOf } from '../../src/domain/tool.ts'
import { matchAnswer, matchArgument } from '../../src/evaluate/graders/matchers.ts'
import { openToolset } from '../../src/tools/toolset.ts'
import { quickstartCalls } from './quickstart-calls.ts'

const config = await loadConfig(undefined, process.cwd())
const suites = await loadSuites(['suites/quickstart/*.yaml'], config)
const cases = suites.flatMap((suite) => suite.cases)
const context: CallContext = {
  identity: unknownIdentity,
  session: randomUUID(),
  trace: { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') },
  signal: new AbortController().signal,
}

const [definition] = config.toolsets
if (!definition) throw new Error('calltrail.yaml has no toolset')
const toolset = await openToolset(definition, defineServers(config.servers, definition.servers))
afterAll(() => toolset.close())
const tools = await toolset.forTrial({ writes: false }).listTools(context)

describe('the quickstart as a whole', () => {
  test('has 44 to 52 cases over one toolset of 37 tools, at most 10 of them writing', () => {
    expect(new Set(suites.map((suite) => suite.toolset))).toEqual(new Set(config.toolsets))
    expect(tools).toHaveLength(37)
    expect(cases.length).toBeGreaterThanOrEqual(44)
    expect(cases.length).toBeLessThanOrEqual(52)
    expect(cases.filter(({ writes }) => writes).length).toBeLessThanOrEqual(10)
  })

  test('names tools, arguments and values that its servers have', () => {
    expect(suites.flatMap((suite) => checkSuite(suite, tools))).toEqual([])
  })

  test('lets nothing leave the machine: the one tool that fetches refuses its own default address', async () => {
    const trial = toolset.forTrial({ writes: false })
    const call = { id: randomUUID(), name: 'everything/gzip-file-as-resource', arguments: {} }
    const result = await trial.callTool(call, context)
    await trial.close()
    expect(result.isError).toBe(true)
    expect(textOf(result)).toContain('not in the allowed domains list')
  })

  test('has every kind of case', () => {
    const kinds = ['clear', 'paraphrased', 'multi-step', 'abstain', 'tempting']
    for (const { id, tags } of cases)
      expect([id, tags.filter((tag) => kinds.includes(tag)).length]).toEqual([id, 1])
    for (const kind of kinds)
      expect(cases.filter(({ tags }) => tags.includes(kind)).length).toBeGreaterThan(4)
  })

  test('shows how each case that needs a tool is done', () => {
    const needing = cases.filter(({ expect }) => expect.calls === null || expect.calls.length > 0)
    expect(Object.keys(quickstartCalls).sort()).toEqual(needing.map(({ id }) => id).sort())
  })

  test('marks every case whose right calls change something, and no other', () => {
    const readOnly = new Set(tools.filter((tool) => tool.annotations?.readOnlyHint).map(({ name }) => name))
    for (const { id, writes } of cases) {
      const changing = (quickstartCalls[id] ?? []).some(([tool, args]) => !readOnly.has(tool) && !args.dryRun)
      expect([id, changing]).toEqual([id, writes])
    }
  })
})

describe('what a case expects is true of the real servers', () => {
  test.for(cases.filter(({ id }) => quickstartCalls[id]))('$id', async (each) => {
    const calls = quickstartCalls[each.id] ?? []
    const trial = toolset.forTrial({ writes: each.writes })
    const texts: string[] = []
    try {
      for (const [name, args] of calls) {
        const result = await trial.callTool({ id: randomUUID(), name, arguments: args }, context)
        expect([name, textOf(result), result.isError]).toEqual([name, expect.anything(), false])
        texts.push(textOf(result))
      }
    } finally {
      await trial.close()
    }
    expect(unmet(each, calls)).toEqual([])
    const answer = texts.join('\n')
    expect(each.expect.answer.filter((matcher) => !matchAnswer(matcher, answer))).toEqual([])
  })
})

/** The expected calls that none of these is, and the forbidden ones that one is. */
function unmet({ expect }: Case, calls: (typeof quickstartCalls)[string]) {
  const missing = (expect.calls ?? []).filter(
    (call) => !calls.some(([tool, args]) => isCall(call, tool, args)),
  )
  return [...missing, ...expect.forbid.filter((name) => calls.some(([tool]) => tool === name))]
}

function isCall(expected: ExpectedCall, tool: string, args: JsonObject): boolean {
  const named = expected.tool === tool || expected.alternatives.includes(tool)
  return named && Object.entries(expected.args).every(([name, matcher]) => matchArgument(matcher, args[name]))
}
