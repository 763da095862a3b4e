import { readFile } from 'node:fs/promises'
import { isNode, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import type { Model } from '../domain/model.ts'
import { InfrastructureError, UsageError } from '../errors.ts'
import { scriptedModel } from './scripted.ts'

const turnSchema = z.strictObject({
  text: z.string().default(''),
  calls: z
    .array(
      z.strictObject({
        tool: z.string(),
        // Text is what the model writes, to the letter, so that malformed arguments can be scripted too.
        arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).default({}),
      }),
    )
    .default([]),
})

const fileSchema = z.array(
  z.strictObject({
    // Found in the first user message. The first conversation that fits is played; without it, any fits.
    prompt: z.string().default(''),
    turns: z.array(turnSchema),
  }),
)

/**
 * `scripted:FILE`, YAML or JSON: a list of `{prompt, turns: [{text, calls: [{tool, arguments}]}]}`.
 * Rejects with a `UsageError` at the place that is wrong.
 */
export async function loadScriptedModel(file: string): Promise<Model> {
  const conversations = parseScript(file, await readScript(file))
  return scriptedModel(`scripted:${file}`, (request, turn) => {
    const prompt =
      request.messages.flatMap((message) => (message.role === 'user' ? [message.text] : []))[0] ?? ''
    const conversation = conversations.find((candidate) => prompt.includes(candidate.prompt))
    const output = conversation?.turns[turn]
    if (!output)
      throw new InfrastructureError('script_ended', `${file} has no turn ${turn + 1} for: ${prompt}`)
    return {
      text: output.text,
      calls: output.calls.map((call) => ({
        tool: call.tool,
        arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
      })),
    }
  })
}

async function readScript(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`The script ${file} cannot be read.`, { cause })
  }
}

function parseScript(file: string, text: string): z.infer<typeof fileSchema> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col }
  }
  const broken = document.errors[0]
  if (broken) throw new UsageError([{ location: at(broken.pos[0]), message: broken.message }])
  const parsed = fileSchema.safeParse(document.toJS())
  if (parsed.success) return parsed.data
  throw new UsageError(
    parsed.error.issues.map((issue) => {
      const node = document.getIn(issue.path, true)
      const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
      return { location: at(offset), message: `${issue.path.join('.') || 'the script'}: ${issue.message}` }
    }),
  )
}
