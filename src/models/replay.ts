import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import canonicalize from 'canonicalize'
import type { Model, ModelOutput, ModelRequest } from '../domain/model.ts'
import { describeError, InfrastructureError, UsageError } from '../errors.ts'

/** A line of a replay file: what a model answered to the request with this hash. */
export interface ReplayLine {
  readonly requestHash: string
  readonly output: ModelOutput
}

/**
 * SHA-256 over the RFC 8785 form of all that a model is given, in hex; that a tool is loaded on demand changes the request,
 * so it belongs to it. So does the seed, so that the repetitions of a case keep their own answers however they are scheduled.
 */
export function requestHash(request: ModelRequest): string {
  const tools = request.tools.map(({ name, description, inputSchema, deferred }) => ({
    name,
    description,
    inputSchema,
    ...(deferred && { deferred }),
  }))
  return createHash('sha256')
    .update(canonicalize({ ...request, tools }) ?? '')
    .digest('hex')
}

/**
 * Answers from recorded lines: the nth time that a request comes, with the nth line of its hash. A request that was not
 * recorded, or not as often, is an `InfrastructureError`, code `replay_miss`.
 */
export function replayModel(name: string, lines: Iterable<ReplayLine>): Model {
  const outputs = new Map<string, ModelOutput[]>()
  for (const { requestHash, output } of lines) {
    outputs.set(requestHash, [...(outputs.get(requestHash) ?? []), output])
  }
  const asked = new Map<string, number>()
  return {
    name,
    provider: 'replay',
    kind: 'test double',
    async generate(request, signal) {
      signal.throwIfAborted()
      const hash = requestHash(request)
      const nth = asked.get(hash) ?? 0
      asked.set(hash, nth + 1)
      const output = outputs.get(hash)?.[nth]
      if (output) return output
      const recorded = outputs.get(hash)?.length ?? 0
      throw new InfrastructureError(
        'replay_miss',
        `${name} has no answer ${nth + 1} to the request ${hash.slice(0, 12)} (recorded: ${recorded})`,
      )
    },
  }
}

/** Passes on what `model` answers, and hands each answer to `append` as a line for `replayModel`. */
export function recordOutputs(model: Model, append: (line: ReplayLine) => void): Model {
  return {
    ...model,
    async generate(request, signal) {
      const output = await model.generate(request, signal)
      append({ requestHash: requestHash(request), output })
      return output
    },
  }
}

/** `replay:FILE`, one JSON line per answer. Rejects with a `UsageError` at the line that is wrong. */
export async function loadReplayModel(file: string): Promise<Model> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`The recording ${file} cannot be read.`, { cause })
  })
  const lines = text
    .split('\n')
    .flatMap((line, index) => (line.trim() ? [parseLine(file, line, index + 1)] : []))
  return replayModel(`replay:${file}`, lines)
}

function parseLine(file: string, text: string, line: number): ReplayLine {
  const location = { file, line, column: 1 }
  try {
    const parsed: ReplayLine = JSON.parse(text)
    if (typeof parsed?.requestHash === 'string' && Array.isArray(parsed.output?.decisions)) return parsed
  } catch (error) {
    throw new UsageError([{ location, message: `no JSON: ${describeError(error)}` }])
  }
  throw new UsageError([{ location, message: 'expected {"requestHash": "…", "output": {…}}' }])
}
