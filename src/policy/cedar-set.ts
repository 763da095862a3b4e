import type { EntityJson } from '@cedar-policy/cedar-wasm/nodejs'
import type { Location } from '../errors.ts'
import type { GroupOptions } from './cedar-request.ts'

export interface CedarSource {
  /** Names the policies that have no `@id`: `read-only.cedar#2`. */
  readonly name: string
  /** The number of the first policy in it. */
  readonly first: number
  /** One or more policies. */
  readonly text: string
  /** The place of an offset in UTF-8 bytes, for the person who wrote it. */
  readonly locate: (byteOffset: number) => Location
}

export interface CedarSet {
  readonly sources: readonly CedarSource[]
  /** Entities that a config brings; those of the request come before them. */
  readonly entities: readonly EntityJson[]
  readonly groups: GroupOptions
  readonly policySetHash: string
}
