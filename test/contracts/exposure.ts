import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Exposure } from '../../src/domain/exposure.ts'
import type { JsonObject } from '../../src/domain/json.ts'
import {
  type CallContext,
  type Tool,
  type ToolCall,
  type ToolResult,
  type ToolSource,
  textOf,
  wireName,
} from '../../src/domain/tool.ts'
import { openToolset, type Toolset } from '../../src/tools/toolset.ts'
import type { TrialTools } from '../../src/tools/trial-tools.ts'
import { call, context, fixture, reference, toolset } from '../tools/servers.ts'

const servers = [reference('everything'), fixture('workbench.mjs')]

const chosen = [
  ...['everything/get-sum', 'bench/echo', 'bench/wait', 'bench/cancelled', 'bench/grow', 'bench/fail'],
]

/** The toolset of the contract: a reference server and the workbench. */
export const contractToolset = toolset(['everything', 'bench'], {
  curated: chosen,
  composite: {
    tools: chosen,
    actions: [
      {
        name: 'say',
        description: 'Says it.',
        inputSchema: { type: 'object' },
        steps: [{ id: 'echo', call: 'bench/echo', args: { title: 'it' }, when: [] }],
        onFailure: 'stop',
      },
    ],
  },
})

export const openContractToolset = (): Promise<Toolset> => openToolset(contractToolset, servers)

/**
 * What holds for every exposure, on real servers, which all of them share. `hides` says which tools it leaves out on
 * purpose: those must be gone, and every other one must be reachable.
 */
export function describeExposureContract(
  name: string,
  create: () => Exposure,
  opened: () => Toolset,
  hides: (tool: string) => boolean,
): void {
  describe(`the exposure ${name}`, () => {
    let upstream: TrialTools
    let shown: ToolSource
    /** What arrived upstream. */
    const arrived: ToolCall[] = []

    beforeAll(() => {
      upstream = opened().forTrial({ writes: false })
      shown = create().expose(observed(upstream, arrived))
    })
    afterAll(() => upstream.close())

    test('shows names that a model may see, each once', async () => {
      const names = (await shown.listTools(context())).map((tool) => wireName(tool.name))
      expect(names.length).toBeGreaterThan(0)
      expect(new Set(names).size).toBe(names.length)
      expect(names.filter((wire) => !/^[A-Za-z0-9_-]{1,64}$/.test(wire))).toEqual([])
    })

    test('shows the same array while nothing changes, to every session', async () => {
      const other = create().expose(upstream)
      expect(await other.listTools(context())).toBe(await shown.listTools(context()))
    })

    test('makes every tool reachable, but those it hides', async () => {
      const all = (await upstream.listTools(context())).map((tool) => tool.name)
      const reached = await Promise.all(all.map(async (tool) => ((await reaches(shown, tool)) ? [tool] : [])))
      expect(reached.flat()).toEqual(expect.arrayContaining(all.filter((tool) => !hides(tool))))
      expect(reached.flat().filter(hides)).toEqual([])
    })

    test('gives the result of the direct call, and passes arguments on unchanged', async () => {
      for (const [tool, args] of [
        ['everything/get-sum', { a: 2, b: 40.5 }],
        ['bench/echo', { title: 'ü "\n', list: [1, null, { deep: [] }], big: 12345678901 }],
        ['bench/fail', {}],
      ] as const) {
        const direct = await upstream.callTool(call(tool, args), context())
        expect(await callThrough(shown, tool, args)).toEqual(await asShown(shown, direct))
        expect(arrived.at(-1)).toMatchObject({ name: tool, arguments: args })
      }
    })

    test('a call made by a tool of its own has an id of its own, and names that call as its parent', async () => {
      const { id } = await throughCall(shown, 'bench/echo', {})
      const last = arrived.at(-1)
      const isOwn = (await shown.listTools(context())).some(isCaller)
      expect(isOwn ? last?.parentId : last?.id).toBe(id)
      expect(last?.id === id).toBe(!isOwn)
    })

    test('answers a call of an unknown tool with an error that reaches no server', async () => {
      const before = arrived.length
      const [through, direct] = [
        await callThrough(shown, 'bench/ecko', {}),
        await shown.callTool(call('bench/ecko'), context()),
      ]
      expect([through.isError, direct.isError]).toEqual([true, true])
      expect(textOf(through)).toContain('bench/echo')
      expect(arrived.slice(before).filter((made) => made.name !== 'bench/ecko')).toEqual([])
    })

    test('passes cancellation and progress through', async () => {
      const cancelled = async () =>
        Number(textOf(await upstream.callTool(call('bench/cancelled'), context())))
      const before = await cancelled()
      const controller = new AbortController()
      const onProgress = () => controller.abort(new Error('changed my mind'))
      const waiting = callThrough(shown, 'bench/wait', {}, { ...context(controller.signal), onProgress })
      await expect(waiting).rejects.toThrow('changed my mind')
      await vi.waitFor(async () => expect(await cancelled()).toBe(before + 1))
    })

    test('follows a list that changes', async () => {
      const changed = new Promise<void>((resolve) => shown.onListChanged(resolve))
      await callThrough(shown, 'bench/grow', {})
      await changed
      expect(await reaches(shown, 'bench/grown')).toBe(!hides('bench/grown'))
    })
  })
}

function observed(upstream: ToolSource, arrived: ToolCall[]): ToolSource {
  return {
    listTools: (context) => upstream.listTools(context),
    callTool(made, context) {
      arrived.push(made)
      return upstream.callTool(made, context)
    },
    onListChanged: (listener) => upstream.onListChanged(listener),
  }
}

const isCaller = ({ discovery }: Tool) => discovery === 'call' || discovery === 'code'

/** A tool is reachable when it is shown, when the tool that finds or describes offers it, or a script has it as a function. */
async function reaches(source: ToolSource, name: string): Promise<boolean> {
  const tools = await source.listTools(context())
  const find = tools.find(({ discovery }) => discovery === 'find')
  const describer = tools.find(({ discovery }) => discovery === 'describe')
  const offers = async (tool: Tool, args: JsonObject) => {
    const offered = (await source.callTool(call(tool.name, args), context())).structuredContent?.tools
    return Array.isArray(offered) && offered.some((each: Tool) => each.name === name)
  }
  if (find) return offers(find, { query: name })
  if (describer) return describer.description.includes(`\n- ${name}`) && offers(describer, { names: [name] })
  const runner = tools.find(({ discovery }) => discovery === 'code')
  if (!runner) return tools.some((tool) => tool.name === name)
  return runner.description.includes(` ${functionOf(name)}(`)
}

const functionOf = (name: string) => name.replace(/^.*\//, '').replace(/\W/g, '_')

/** As a model calls: the tool itself where it is shown, else through the tool that is declared for it. */
async function throughCall(
  source: ToolSource,
  name: string,
  args: JsonObject,
  within: CallContext = context(),
): Promise<{ id: string; result: ToolResult }> {
  const caller = (await source.listTools(within)).find(isCaller)
  const script = `return tools.${name.split('/')[0]}.${functionOf(name)}(${JSON.stringify(args)})`
  const given = caller?.discovery === 'code' ? { code: script } : { name, arguments: args }
  const made = caller ? call(caller.name, given) : call(name, args)
  return { id: made.id, result: await source.callTool(made, within) }
}

async function callThrough(...args: Parameters<typeof throughCall>): Promise<ToolResult> {
  return (await throughCall(...args)).result
}

/** A script is given the value of a result, and returns that as text; an error it does not catch is told with its line. */
async function asShown(source: ToolSource, direct: ToolResult): Promise<ToolResult> {
  const isCode = (await source.listTools(context())).some(({ discovery }) => discovery === 'code')
  if (!isCode) return direct
  const { structuredContent, isError } = direct
  const value = structuredContent ? JSON.stringify(structuredContent) : textOf(direct)
  const text = isError ? `Error: ${value} (line 1)` : value
  return { content: [{ type: 'text', text }], isError }
}
