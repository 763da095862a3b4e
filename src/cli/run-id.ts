import { v5, validate } from 'uuid'

/** Of ids that are made of what the command line gives. */
const namespace = '6f0d6a7e-5a55-5d0b-9d5c-3a7f1c1a0b52'

/** One id for the shards of a run, wherever they are played: what is given, where it is no UUID, is hashed into one. */
export function runIdOf(given: string): string {
  return validate(given) ? given.toLowerCase() : v5(given, namespace)
}
