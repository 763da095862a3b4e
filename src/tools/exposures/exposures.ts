import type { Embedders } from '../../domain/embedder.ts'
import type { Exposure } from '../../domain/exposure.ts'
import { nearest } from '../../domain/nearest.ts'
import type { ToolsetDefinition } from '../../domain/suite.ts'
import { UsageError } from '../../errors.ts'
import { code } from './code/code.ts'
import { composite } from './composite/composite.ts'
import { curated } from './curated.ts'
import { deferred } from './deferred.ts'
import { full } from './full.ts'
import { native } from './native.ts'
import { search } from './search.ts'
import { slim } from './slim.ts'

/** Makes the exposure for one session. Throws a `UsageError` when the toolset lacks what the exposure needs. */
type ExposureFactory = (toolset: ToolsetDefinition, embedders: Embedders | null) => Exposure

const factories: ReadonlyMap<string, ExposureFactory> = new Map(
  Object.entries({
    ...{ full, curated, slim },
    search: (_: ToolsetDefinition, embedders: Embedders | null) => search(embedders),
    ...{ deferred, composite, code, native },
  }),
)

export const exposureNames: readonly string[] = [...factories.keys()]

/** What is played where nobody names an exposure: what every model can use, with nothing to be written for it. */
export const exposuresUnlessSaid: readonly string[] = ['full', 'curated', 'slim', 'search']

/** Whether one of them asks embedders. */
export function findsByMeaning(names: readonly string[]): boolean {
  return names.includes('search')
}

/** `embedders`: with them, `search` ranks by meaning too; null where nobody configured any. */
export function createExposure(
  name: string,
  toolset: ToolsetDefinition,
  embedders: Embedders | null = null,
): Exposure {
  return factoryOf(name)(toolset, embedders)
}

/** Before anything is begun: throws a `UsageError` for a name that is no exposure's. */
export function checkExposures(names: readonly string[]): void {
  for (const name of names) factoryOf(name)
}

function factoryOf(name: string): ExposureFactory {
  const factory = factories.get(name)
  if (factory) return factory
  const near = nearest(name, exposureNames)
  const meant = near.length > 0 ? `did you mean ${near.join(', ')}? ` : ''
  const hint = `${meant}there are ${exposureNames.join(', ')}`
  throw new UsageError([{ message: `there is no exposure ${name}`, hint }])
}
