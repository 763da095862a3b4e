import { isProtocol, type Protocol, protocols } from '../record/otel/span-export.ts'
import { say } from './run-command.ts'

type Signal = 'traces' | 'metrics'

const told = { traces: 'spans', metrics: 'metrics' } as const

/**
 * How a signal travels to the collector that the environment names, by the variables of OpenTelemetry's SDKs; null where
 * none is named, or none that can be used, which is told.
 */
export function exporterProtocol(signal: Signal, env: NodeJS.ProcessEnv = process.env): Protocol | null {
  const upper = signal.toUpperCase()
  const endpoint = env[`OTEL_EXPORTER_OTLP_${upper}_ENDPOINT`] || env.OTEL_EXPORTER_OTLP_ENDPOINT
  if (!endpoint || isTrue(env.OTEL_SDK_DISABLED) || env[`OTEL_${upper}_EXPORTER`] === 'none') return null
  const protocol =
    env[`OTEL_EXPORTER_OTLP_${upper}_PROTOCOL`] || env.OTEL_EXPORTER_OTLP_PROTOCOL || protocols[0]
  const problem = isProtocol(protocol) ? problemOf(endpoint) : `the protocol is ${protocols.join(' or ')}`
  if (isProtocol(protocol) && problem === null) return protocol
  say(`no ${told[signal]} are exported: ${problem}; see OTEL_EXPORTER_OTLP_*`)
  return null
}

export const isTrue = (value: string | undefined) => value?.toLowerCase() === 'true'

/** The library would fall back to an address of its own. */
function problemOf(endpoint: string): string | null {
  const protocol = URL.canParse(endpoint) ? new URL(endpoint).protocol : ''
  return /^https?:$/.test(protocol) ? null : 'the endpoint is no http or https address'
}
