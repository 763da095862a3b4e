import type { Model } from '../domain/model.ts'
import type { Suite } from '../domain/suite.ts'
import { createModel } from '../models/models.ts'

/** The models that suites put their rubrics to, by name. */
export async function judgesOf(suites: readonly Suite[]): Promise<ReadonlyMap<string, Model>> {
  const names = [...new Set(suites.flatMap(({ judge }) => judge ?? []))]
  const models = await Promise.all(
    names.map((name) => createModel(name, { env: process.env, streaming: false })),
  )
  return new Map(models.map((model) => [model.name, model]))
}
