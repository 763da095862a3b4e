import { UsageError } from '../errors.ts'

export interface ProviderOptions {
  /** Where keys and base URLs are looked up; nothing else reads the environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Default true. */
  readonly streaming?: boolean
  /** Attempts after the first on 429, 5xx and connection errors, with exponential backoff. Default 4. */
  readonly maxRetries?: number
}

export interface Endpoint {
  readonly baseURL: string
  readonly apiKey: string
}

export interface EndpointVariables {
  readonly key: string
  readonly url: string
  readonly defaultUrl: string
}

/**
 * Where a provider listens, and the key it gets. A server on this machine (Ollama, vLLM) needs no key.
 * Throws a `UsageError` that names the variable to set; what a key holds is told nowhere.
 */
export function readEndpoint(
  model: string,
  env: ProviderOptions['env'],
  variables: EndpointVariables,
): Endpoint {
  const baseURL = env[variables.url] || variables.defaultUrl
  if (!URL.canParse(baseURL)) {
    throw new UsageError(`${variables.url} is no URL: ${baseURL}`)
  }
  const apiKey = env[variables.key]
  if (apiKey && !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new UsageError(`${variables.key} is no key: it holds a space, a line break or what is not ASCII.`)
  }
  if (apiKey) return { baseURL, apiKey }
  if (isLoopback(baseURL)) return { baseURL, apiKey: 'none' }
  throw new UsageError([
    {
      message: `${model} needs a key: ${variables.key} is not set.`,
      hint: `Set ${variables.key}, or point ${variables.url} at a server on this machine.`,
    },
  ])
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === '[::1]' || /^(127\.[\d.]+|(.+\.)?localhost)$/.test(hostname)
}
