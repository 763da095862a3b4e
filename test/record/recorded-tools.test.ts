import { describe, expect, test } from 'vitest'
import { type Tool, type ToolCall, type ToolSource, toolError } from '../../src/domain/tool.ts'
import { InfrastructureError } from '../../src/errors.ts'
import { ofExposure, ofServers, recordedTools } from '../../src/record/recorded-tools.ts'
import { search } from '../../src/tools/exposures/search.ts'
import { callContext, dataOf, keptSession } from './recording.ts'

const read: Tool = {
  name: 'files/read',
  description: 'Reads a file.',
  inputSchema: { type: 'object' },
  annotations: { readOnlyHint: true },
}
const secret = `ghp_${'q1W2e3R4t5Y6'.repeat(3)}`

function toolset(callTool: ToolSource['callTool']): ToolSource {
  return { listTools: async () => [read], callTool, onListChanged: () => undefined }
}
const answering = toolset(async ({ arguments: { path } }) => ({
  content: [{ type: 'text', text: `read ${path}` }],
  isError: false,
}))
const call: ToolCall = { id: 'call-1', name: 'files/read', arguments: { path: 'a.txt' } }

test('a call is recorded with its evidence before it is made, and its result before it is returned', async () => {
  const { recorder, text } = keptSession()
  let before = 0
  const tools = recordedTools(
    toolset(async (given, context) => {
      before = dataOf(recorder.entries, 'tool_request').length
      return answering.callTool(given, context)
    }),
    recorder,
  )
  await tools.listTools(callContext())
  await tools.callTool(call, callContext())
  expect(before).toBe(1)
  const [request] = dataOf(recorder.entries, 'tool_request')
  const [result] = dataOf(recorder.entries, 'tool_result')
  expect(request).toMatchObject({
    tool: 'files/read',
    server: 'files',
    readOnly: true,
    parentSpan: null,
    evidence: {
      callId: 'call-1',
      traceparent: { value: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', from: 'runner' },
    },
  })
  expect(text(request?.arguments ?? null)).toBe('{"path":"a.txt"}')
  expect(result).toMatchObject({ span: request?.span, outcome: { layer: 'ok', code: null, message: null } })
  expect(JSON.parse(text(result?.result ?? null) ?? '')).toEqual({
    content: [{ type: 'text', text: 'read a.txt' }],
    isError: false,
  })
})

test('a failed tool call is recorded as the tool saying so, its message redacted before it is cut', async () => {
  const { recorder } = keptSession()
  const message = `${'x'.repeat(480)} ${secret}`
  await recordedTools(
    toolset(async () => toolError(message)),
    recorder,
  ).callTool(call, callContext())
  const [result] = dataOf(recorder.entries, 'tool_result')
  expect(result?.outcome).toMatchObject({
    layer: 'tool',
    message: expect.stringMatching(/xxx \[redacted:[a-z-]+:[0-9a-f]{12}\]…?$/),
  })
  expect(JSON.stringify(result)).not.toContain(secret.slice(0, 12))
})

test('what a call throws passes, and is recorded as transport', async () => {
  const { recorder } = keptSession()
  const failure = new InfrastructureError('server.gone', 'the server has gone')
  const tools = recordedTools(
    toolset(() => Promise.reject(failure)),
    recorder,
  )
  await expect(tools.callTool(call, callContext())).rejects.toBe(failure)
  const [result] = dataOf(recorder.entries, 'tool_result')
  expect(result).toMatchObject({
    outcome: { layer: 'transport', message: 'the server has gone' },
    result: null,
  })
})

test('a call that its caller gave up is recorded as cancelled', async () => {
  const { recorder } = keptSession()
  const abort = new AbortController()
  const tools = recordedTools(
    toolset(async (_, { signal }) => {
      abort.abort()
      signal.throwIfAborted()
      return toolError('never')
    }),
    recorder,
  )
  await expect(tools.callTool(call, callContext(abort.signal))).rejects.toThrow()
  expect(dataOf(recorder.entries, 'tool_result')[0]?.outcome.layer).toBe('cancelled')
})

describe('around an exposure and around its toolset', () => {
  function exposed() {
    const kept = keptSession()
    const inner = recordedTools(answering, kept.recorder, { only: ofServers })
    const outer = recordedTools(search().expose(inner), kept.recorder, { only: ofExposure })
    return { ...kept, outer }
  }

  test('the call of call_tool is the parent of the real one, and each is recorded once', async () => {
    const { recorder, outer } = exposed()
    await outer.listTools(callContext())
    const given = { name: 'files/read', arguments: { path: 'a.txt' } }
    await outer.callTool({ id: 'call-1', name: 'call_tool', arguments: given }, callContext())
    const [parent, child, ...more] = dataOf(recorder.entries, 'tool_request')
    expect(more).toEqual([])
    expect(parent).toMatchObject({ tool: 'call_tool', server: null, parentSpan: null })
    expect(child).toMatchObject({ tool: 'files/read', server: 'files', parentSpan: parent?.span })
    expect(child?.evidence.traceparent?.value).toContain(`-${parent?.span}-`)
    expect(dataOf(recorder.entries, 'tool_result').map(({ span }) => span)).toEqual([
      child?.span,
      parent?.span,
    ])
  })

  test('what find_tool offered is recorded by name, and on no other result', async () => {
    const { recorder, outer } = exposed()
    await outer.listTools(callContext())
    const find = (query: string) => ({ id: query, name: 'find_tool', arguments: { query } })
    await outer.callTool(find('reads a file'), callContext())
    await outer.callTool(find('zzz'), callContext())
    await outer.callTool({ id: 'x', name: 'nobody', arguments: {} }, callContext())
    expect(dataOf(recorder.entries, 'tool_result').map(({ found }) => found)).toEqual([
      ['files/read'],
      [],
      undefined,
    ])
  })
})
