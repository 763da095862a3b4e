import { afterEach, describe, expect, test } from 'vitest'
import { isJsonObject } from '../../src/domain/json.ts'
import type { Message, Model, ModelOutput, ModelRequest } from '../../src/domain/model.ts'
import { type Tool, wireName } from '../../src/domain/tool.ts'

/** One answer that the model is made to give. */
export interface ContractAnswer {
  readonly text?: string
  readonly calls?: readonly { readonly id: string; readonly tool: string; readonly arguments: string }[]
  /** Whether the provider reports what the answer cost. */
  readonly reported?: boolean
}

export interface OpenModel {
  readonly model: Model
  close(): Promise<void>
}

/** What an implementation promises beyond the interface. */
export interface ModelPromises {
  readonly kind: Model['kind']
  /** Makes a model give these answers, by turn of the conversation. Null: it decides for itself. */
  readonly answering: ((answers: readonly ContractAnswer[]) => Promise<OpenModel>) | null
  /** A model as it comes, for the tests that take any answer. */
  readonly create: () => Promise<OpenModel>
  /** The same request with the same seed has the same answer. */
  readonly deterministic: boolean
  /** Malformed argument text arrives to the letter. A JSON response of Anthropic's cannot carry it. */
  readonly keepsMalformed: boolean
}

const tools: readonly Tool[] = [
  {
    name: 'files/read_text_file',
    description: 'Reads a text file.',
    inputSchema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
  },
  {
    name: `files/${'very_'.repeat(14)}long.name`,
    description: 'Has a name that no provider takes.',
    inputSchema: { type: 'object' },
  },
]
const readTool = 'files/read_text_file'

export const contractRequest: ModelRequest = {
  messages: [
    { role: 'system', text: 'Answer briefly.' },
    { role: 'user', text: 'Which port does the service in config.yaml listen on? Größe: 😀' },
  ],
  tools,
  seed: 7,
}

const never = new AbortController().signal

/** What holds for every model, and, for those that can be told what to say, that they say it. */
export function describeModelContract(name: string, promises: ModelPromises): void {
  describe(`the model ${name}`, () => {
    const opened: OpenModel[] = []
    const open = async (from: Promise<OpenModel>): Promise<Model> => {
      const one = await from
      opened.push(one)
      return one.model
    }
    afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())))

    describeAnyModel(promises, () => open(promises.create()))
    const { answering } = promises
    if (answering) describeAnsweringModel(promises, (answers) => open(answering(answers)))
  })
}

function describeAnyModel(promises: ModelPromises, create: () => Promise<Model>): void {
  test('says what it is', async () => {
    const model = await create()
    expect(model).toMatchObject({
      kind: promises.kind,
      name: expect.any(String),
      provider: expect.any(String),
    })
  })

  test('answers with decisions, a finish reason and counts that are numbers or unknown', async () => {
    expectWellFormed(await (await create()).generate(contractRequest, never))
  })

  test('an aborted signal rejects with its own reason', async () => {
    const reason = new Error('the user pressed Ctrl-C')
    const model = await create()
    await expect(model.generate(contractRequest, AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  test.runIf(promises.deterministic)('the same request and seed have the same answer', async () => {
    const model = await create()
    const first = await model.generate(contractRequest, never)
    expect(await model.generate(contractRequest, never)).toEqual(first)
  })
}

function describeAnsweringModel(
  promises: ModelPromises,
  create: (answers: readonly ContractAnswer[]) => Promise<Model>,
): void {
  const ask = async (...answers: readonly ContractAnswer[]) =>
    (await create(answers)).generate(contractRequest, never)

  test('text without a call is an answer that stops', async () => {
    const output = await ask({ text: 'Port 8080 — “größer” 😀' })
    expect(output).toMatchObject({ text: 'Port 8080 — “größer” 😀', decisions: [], finishReason: 'stop' })
  })

  test('a call is a decision under the name of the tool', async () => {
    const output = await ask({ calls: [{ id: 'c1', tool: readTool, arguments: '{"path": "config.yaml"}' }] })
    expect(output.finishReason).toBe('tool_calls')
    expect(output.decisions).toMatchObject([{ id: 'c1', tool: readTool, arguments: { path: 'config.yaml' } }])
  })

  test('parallel calls are decisions in their order, names that were cut included', async () => {
    const calls = tools.map((tool, index) => ({
      id: `c${index}`,
      tool: tool.name,
      arguments: `{"path":"${index}"}`,
    }))
    const output = await ask({ text: 'Both.', calls })
    expect(output.text).toBe('Both.')
    expect(output.decisions.map(({ id, tool, arguments: values }) => [id, tool, values])).toEqual(
      tools.map((tool, index) => [`c${index}`, tool.name, { path: String(index) }]),
    )
  })

  test('a call without argument text has no arguments', async () => {
    const output = await ask({ calls: [{ id: 'c1', tool: readTool, arguments: '' }] })
    expect(output.decisions[0]?.arguments).toEqual({})
  })

  test('a tool that was not shown keeps the name that the model wrote', async () => {
    const output = await ask({ calls: [{ id: 'c1', tool: 'files__delete_all', arguments: '{}' }] })
    expect(output.decisions[0]?.tool).toBe('files__delete_all')
  })

  test.runIf(promises.keepsMalformed).each(['{"path": "config.yaml', '[1]', '"x"', 'null'])(
    'argument text that is no object is malformed, and kept: %s',
    async (text) => {
      const output = await ask({ calls: [{ id: 'c1', tool: readTool, arguments: text }] })
      expect(output.decisions[0]).toMatchObject({ arguments: null, rawArguments: text })
    },
  )

  test('counts that the provider reports are numbers, others null', async () => {
    const { usage } = await ask({ text: 'Hello.', reported: true })
    expect(usage.inputTokens).toBeGreaterThan(0)
    expect(usage.outputTokens).toBeGreaterThan(0)
    const unreported = await ask({ text: 'Hello.', reported: false })
    expect(unreported.usage.inputTokens).toBeNull()
    expect(unreported.usage.outputTokens).toBeNull()
  })

  test('results go back to the calls they answer, failed and malformed ones too', async () => {
    const model = await create([
      {
        text: 'Let me look.',
        calls: [
          { id: 'c1', tool: readTool, arguments: '{"path":"a"}' },
          { id: 'c2', tool: 'files__unknown', arguments: promises.keepsMalformed ? '{"path' : '{}' },
        ],
      },
      { text: 'Port 8080.' },
    ])
    const first = await model.generate(contractRequest, never)
    const messages = [...contractRequest.messages, ...continuation(first)]
    const second = await model.generate({ ...contractRequest, messages }, never)
    expect(second).toMatchObject({ text: 'Port 8080.', decisions: [] })
  })
}

/** The messages that follow an answer: what the model said, and what its calls returned. */
export function continuation(output: ModelOutput): Message[] {
  const { text, decisions, raw } = output
  const results = decisions.map((decision): Message => {
    const isError = decision.arguments === null
    const content = [{ type: 'text', text: isError ? 'no such call' : 'port: 8080' }]
    return { role: 'tool', decision, result: { content, isError } }
  })
  return [{ role: 'assistant', text, decisions, ...(raw !== undefined && { raw }) }, ...results]
}

/** The name under which a scripted provider must call a tool: a shown one by its wire name, another as it is. */
export function calledName(tool: string): string {
  return tools.some(({ name }) => name === tool) ? wireName(tool) : tool
}

function expectWellFormed(output: ModelOutput): void {
  for (const [count, value] of Object.entries(output.usage)) {
    expect(value === null || (Number.isInteger(value) && value >= 0), `${count}: ${value}`).toBe(true)
  }
  expect(new Set(output.decisions.map(({ id }) => id)).size).toBe(output.decisions.length)
  for (const decision of output.decisions) {
    expect(decision.id).not.toBe('')
    if (decision.arguments !== null) expect(isJsonObject(decision.arguments)).toBe(true)
  }
  if (output.decisions.length > 0) expect(output.finishReason).not.toBe('stop')
}
