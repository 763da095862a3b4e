import { z } from 'zod'
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts'

/** JSON cannot say `.nan` or `.inf`, which YAML can. */
function isJson(value: unknown): value is Json {
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every(isJson)
  if (isJsonObject(value)) return Object.values(value).every(isJson)
  return value === null || typeof value === 'string' || typeof value === 'boolean'
}

export const json = z.custom<Json>(isJson, 'expected a value that JSON can hold')
export const jsonObject = z
  .custom<JsonObject>(
    (value) => isJsonObject(value) && isJson(value),
    'expected a mapping that JSON can hold',
  )
  .meta({ type: 'object' })
