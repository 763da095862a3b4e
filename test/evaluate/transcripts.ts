import type { CallTurn, ModelTurn, PolicyTurn, Transcript, Turn } from '../../src/domain/grader.ts'
import type { JsonObject } from '../../src/domain/json.ts'
import { type Decision, unknownUsage } from '../../src/domain/model.ts'
import type { Case, Expectation, ExpectedCall, Matcher } from '../../src/domain/suite.ts'

const location = { file: 'suite.yaml', line: 1, column: 1 }

export function testCase(expect: Partial<Expectation>): Case {
  return {
    id: 'case',
    prompt: 'Do it.',
    expect: { calls: null, match: 'subset', forbid: [], answer: [], ...expect },
    writes: false,
    draft: false,
    recording: null,
    tags: [],
    hash: '00',
    location,
    locate: () => location,
  }
}

export function expected(
  tool: string,
  args: Readonly<Record<string, Matcher>> = {},
  alternatives: readonly string[] = [],
): ExpectedCall {
  return { tool, args, alternatives }
}

/** A decision; `null` arguments are malformed. */
export function decided(id: string, tool: string, args: JsonObject | null = {}): Decision {
  return { id, tool, arguments: args, rawArguments: args ? JSON.stringify(args) : '{"path": ' }
}

export function modelTurn(turn: Partial<ModelTurn>): ModelTurn {
  return {
    type: 'model',
    tools: ['files/read', 'files/write', 'files/move', 'memory/delete'],
    definitionTokens: 100,
    totalTokens: 150,
    isEstimate: false,
    usage: unknownUsage,
    text: '',
    decisions: [],
    finishReason: 'stop',
    durationMs: 1,
    ...turn,
  }
}

/** The call that a decision led to; tools whose name says so only read. */
export function callTurn({ id, tool, arguments: args }: Decision, more: Partial<CallTurn> = {}): CallTurn {
  const result = { content: [{ type: 'text', text: 'ok' }], isError: false }
  const readOnly = tool.endsWith('/read')
  return { type: 'call', id, parentId: null, tool, arguments: args, readOnly, result, durationMs: 1, ...more }
}

export function denial({ id, tool }: Decision): PolicyTurn {
  const decision = { effect: 'deny', policies: ['no'], errors: [], reason: 'no' } as const
  return { type: 'policy', callId: id, tool, decision }
}

export function transcript(turns: readonly Turn[], more: Partial<Transcript> = {}): Transcript {
  return { prompt: 'Do it.', turns, answer: 'Done.', stopped: 'answered', ...more }
}

/** Each call decided and made in a turn of its own, and an answer. */
export function calling(...calls: readonly (readonly [tool: string, args?: JsonObject])[]): Transcript {
  const decisions = calls.map(([tool, args], index) => decided(`call-${index}`, tool, args))
  const turns = decisions.flatMap((decision) => [
    modelTurn({ decisions: [decision], finishReason: 'tool_calls' }),
    callTurn(decision),
  ])
  return transcript([...turns, modelTurn({ text: 'Done.' })])
}
