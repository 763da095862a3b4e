import { closest, distance } from 'fastest-levenshtein'
import type { Model } from '../domain/model.ts'
import { UsageError } from '../errors.ts'
import type { ProviderOptions } from './provider-endpoint.ts'
import { untilKeyIsRefused } from './refused-key.ts'

export type ModelOptions = ProviderOptions

/** Makes a model from what follows the prefix. Loads its SDK when it is asked for, not before. */
type ModelFactory = (rest: string, options: ModelOptions) => Promise<Model>

const factories: Readonly<Record<string, ModelFactory>> = {
  openai: async (name, options) =>
    untilKeyIsRefused((await import('./openai.ts')).openaiModel(name, options)),
  anthropic: async (name, options) =>
    untilKeyIsRefused((await import('./anthropic.ts')).anthropicModel(name, options)),
  baseline: async (name) => await pick('baseline', name, baselines)(),
  scripted: async (file) => (await import('./scripted-file.ts')).loadScriptedModel(file),
  replay: async (file) => (await import('./replay.ts')).loadReplayModel(file),
}

const baselines: Readonly<Record<string, () => Promise<Model>>> = {
  random: async () => (await import('./baselines/random.ts')).randomBaseline(),
  lexical: async () => (await import('./baselines/lexical.ts')).lexicalBaseline(),
}

/**
 * A model by the name it has on the command line: `openai:MODEL`, `anthropic:MODEL`, `baseline:lexical`,
 * `scripted:FILE`, `replay:FILE`. Another server than the provider's own is named by `OPENAI_BASE_URL` or
 * `ANTHROPIC_BASE_URL`. Rejects with a `UsageError` for an unknown name (with the nearest), a missing key, a bad file.
 */
export async function createModel(name: string, options: ModelOptions): Promise<Model> {
  const colon = name.indexOf(':')
  const prefix = colon < 0 ? name : name.slice(0, colon)
  const factory = pick('model', prefix, factories)
  const rest = colon < 0 ? '' : name.slice(colon + 1)
  if (rest === '') throw new UsageError(`"${name}" names no model: write ${prefix}:NAME.`)
  return factory(rest, options)
}

function pick<T>(kind: string, name: string, known: Readonly<Record<string, T>>): T {
  const found = Object.hasOwn(known, name) ? known[name] : undefined
  if (found !== undefined) return found
  const names = Object.keys(known)
  const nearest = closest(name, names)
  const meant = distance(name, nearest) <= 3 ? nearest : kind === 'model' ? withProvider(name) : null
  const guess = meant === null ? '' : `Did you mean ${meant}? `
  throw new UsageError([
    { message: `Unknown ${kind} "${name}".`, hint: `${guess}Known: ${names.join(', ')}.` },
  ])
}

/** By how the models of a provider are named; null where that tells nothing. */
function withProvider(name: string): string | null {
  if (/^claude\b/i.test(name)) return `anthropic:${name}`
  return /^(gpt|chatgpt|o\d)\b/i.test(name) ? `openai:${name}` : null
}
