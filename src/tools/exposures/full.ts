import type { Exposure } from '../../domain/exposure.ts'

/** Every tool, as its server defines it: what the others are measured against. */
export function full(): Exposure {
  return { name: 'full', expose: (upstream) => upstream }
}
