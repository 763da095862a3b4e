import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readJson } from '../domain/json.ts'
import type { Model, ModelOutput } from '../domain/model.ts'
import type { Redactor } from '../domain/redactor.ts'
import { requestHash } from './replay.ts'

/** Where answers are kept; what cannot be read or written is asked for again. */
export interface AnswerFiles {
  read(path: string): string | null
  write(path: string, text: string): void
}

interface PlaceOfTrial {
  readonly exposure: string
  readonly repetition: number
}

export interface ResponseCache {
  /** The model in one repetition of a case under one exposure: what it answered to the same request there is answered again. */
  cached(model: Model, place: PlaceOfTrial): Model
  /** How many answers so far had been kept, and how many were asked for. */
  readonly answers: { readonly kept: number; readonly asked: number }
}

/**
 * Answers of language models in `folder`, by an HMAC with the home's key of model, request, exposure and repetition: neither
 * repetitions nor exposures that show the same tools are merged, so that each has its own luck and cost; and nobody can try what was asked. An answer in which the redactor finds a secret is not kept, since it could
 * not be given again as it was. One that was kept says so (`ModelOutput.cached`), and took no tokens from anybody.
 */
export function responseCache(folder: string, redactor: Redactor, files: AnswerFiles): ResponseCache {
  const answers = { kept: 0, asked: 0 }
  return {
    answers,
    cached(model, { exposure, repetition }) {
      if (model.kind !== 'language model') return model
      return {
        ...model,
        async generate(request, signal) {
          const asked = JSON.stringify([
            model.name,
            model.apiUrl ?? '',
            exposure,
            repetition,
            requestHash(request),
          ])
          const key = redactor.fingerprint(`answer ${asked}`)
          const path = join(folder, key.slice(0, 2), `${key}.json`)
          const kept = readOutput(read(path, files))
          if (kept) {
            answers.kept += 1
            return { ...kept, cached: true }
          }
          const output = await model.generate(request, signal)
          answers.asked += 1
          const text = JSON.stringify(output)
          if (redactor.json(text) !== text) return output
          keep(path, text, files)
          return output
        },
      }
    },
  }
}

/** An answer that was paid for is one, whether it can be kept or not. */
function keep(path: string, text: string, files: AnswerFiles): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    files.write(path, text)
  } catch {
    // The next time it is asked for again.
  }
}

/** Null as well for what cannot be read. */
function read(path: string, files: AnswerFiles): string | null {
  try {
    return files.read(path)
  } catch {
    return null
  }
}

function readOutput(text: string | null): ModelOutput | null {
  const output = text === null ? undefined : readJson(text)
  const isOutput = typeof output === 'object' && output !== null && 'decisions' in output && 'usage' in output
  // Written by this file, whole or not at all.
  return isOutput ? JSON.parse(text ?? '') : null
}
