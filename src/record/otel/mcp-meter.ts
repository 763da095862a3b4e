import type { EntryData, Outcome } from '../../domain/entry.ts'
import type { Redactor } from '../../domain/redactor.ts'
import { failureOf } from './call-failure.ts'
import {
  attribute,
  type HistogramName,
  histogram,
  isMcpMethod,
  operation as operations,
  other,
  transport,
} from './semantic-conventions.ts'
import { type Attributes, known } from './span-data.ts'

/** Takes the measurements of the conventions' histograms; never throws. */
export interface HistogramSink {
  record(name: HistogramName, seconds: number, attributes: Attributes): void
}

type Wire = keyof typeof transport

/** What calltrail stands between: it is the server of a client on one side, and the client of the server on the other. */
export interface Legs {
  /** The server, as its operator calls it. */
  readonly server: string
  readonly toClient: Wire
  readonly toServer: Wire
  /** Of a server over HTTP. */
  readonly address?: URL
}

/** A request that was answered, or will not be. */
export interface MeasuredOperation {
  readonly direction: EntryData['frame']['direction']
  readonly method: string
  /** Of the tool or prompt that it is about, as its sender calls it. */
  readonly name: string | null
  readonly protocolVersion: string | null
  /** Null where no answer came. */
  readonly outcome: Outcome | null
  readonly durationMs: number
}

export interface MeasuredSession {
  readonly protocolVersion: string | null
  readonly hasFailed: boolean
  readonly durationMs: number
}

/** Measures what passes between one server and its clients. */
export interface McpMeter {
  operation(operation: MeasuredOperation): void
  session(session: MeasuredSession): void
}

/** The meter of each server that there is. */
export type McpMeters = (legs: Legs) => McpMeter

type Measured = readonly (readonly [name: HistogramName, attributes: Attributes])[]

/** Kinds of operations of one server that are told apart: clients make up names, and servers codes. */
const longestKinds = 1_000
/** No tool has a longer name (MCP), and every one is held here and told whole. */
const longestWord = 128

/** One measurement counts on both legs: between them lies a look at the bytes. */
export function mcpMeters(sinks: readonly HistogramSink[], redactor: Redactor): McpMeters {
  return (legs) => {
    const kinds = new Map<string, Measured>()

    function measuredAs(key: string, make: () => Measured): Measured | null {
      const found = kinds.get(key)
      if (found || kinds.size >= longestKinds) return found ?? null
      const made = make()
      kinds.set(key, made)
      return made
    }

    function record(measured: Measured, durationMs: number): void {
      for (const [name, attributes] of measured)
        for (const sink of sinks) sink.record(name, durationMs / 1000, attributes)
    }

    return {
      operation(asked) {
        const operation = withShortWords(asked)
        const { direction, method, name, protocolVersion, outcome, durationMs } = operation
        const ending = outcome === null ? '' : `${outcome.layer} ${outcome.code}`
        const key = `${direction}\n${method}\n${protocolVersion}\n${ending}\n${name}`
        const measured = measuredAs(key, () => ofOperation(legs, operation, redactor))
        record(measured ?? ofOperation(legs, withoutDetails(operation), redactor), durationMs)
      },
      session(ended) {
        const session = { ...ended, protocolVersion: shortWord(ended.protocolVersion) }
        const { protocolVersion, hasFailed, durationMs } = session
        const measured = measuredAs(`${protocolVersion}\n${hasFailed}`, () =>
          ofSession(legs, session, redactor),
        )
        record(measured ?? ofSession(legs, { ...session, protocolVersion: null }, redactor), durationMs)
      },
    }
  }
}

/** Who sends a request is its client, and who gets it its server, whichever of them the MCP server is. */
function ofOperation(legs: Legs, operation: MeasuredOperation, redactor: Redactor): Measured {
  const attributes = operationAttributes(legs, operation, redactor)
  const [received, sent] =
    operation.direction === 'to server'
      ? [wireAttributes(legs.toClient), { ...wireAttributes(legs.toServer), ...addressAttributes(legs) }]
      : [wireAttributes(legs.toServer), wireAttributes(legs.toClient)]
  return [
    [histogram.serverOperation, { ...attributes, ...received }],
    [histogram.clientOperation, { ...attributes, ...sent }],
  ]
}

function ofSession(
  legs: Legs,
  { protocolVersion, hasFailed }: MeasuredSession,
  redactor: Redactor,
): Measured {
  const attributes = known({
    [attribute.mcpProtocolVersion]: protocolVersion && redactor.text(protocolVersion),
    [attribute.errorType]: hasFailed ? other : null,
    [attribute.server]: legs.server,
  })
  return [
    [histogram.serverSession, { ...attributes, ...wireAttributes(legs.toClient) }],
    [
      histogram.clientSession,
      { ...attributes, ...wireAttributes(legs.toServer), ...addressAttributes(legs) },
    ],
  ]
}

function operationAttributes(
  { server }: Legs,
  { method, name, protocolVersion, outcome }: MeasuredOperation,
  redactor: Redactor,
): Attributes {
  const isCall = method === 'tools/call'
  const target = name === null ? null : redactor.text(name)
  return {
    ...known({
      [attribute.mcpMethod]: isMcpMethod(method) ? method : other,
      [attribute.operation]: isCall ? operations.executeTool : null,
      [attribute.tool]: isCall ? target : null,
      [attribute.prompt]: isCall ? null : target,
      [attribute.mcpProtocolVersion]: protocolVersion && redactor.text(protocolVersion),
      [attribute.server]: server,
    }),
    ...failureOf(outcome, false).attributes,
  }
}

function wireAttributes(wire: Wire): Attributes {
  return known({
    [attribute.networkTransport]: transport[wire],
    [attribute.networkProtocol]: wire === 'http' ? 'http' : null,
  })
}

function addressAttributes({ address }: Legs): Attributes {
  if (!address) return {}
  const { hostname, port, protocol } = address
  return {
    [attribute.serverAddress]: hostname,
    [attribute.serverPort]: Number(port || (protocol === 'https:' ? 443 : 80)),
  }
}

function withShortWords(operation: MeasuredOperation): MeasuredOperation {
  const { method, name, protocolVersion } = operation
  return {
    ...operation,
    method: shortWord(method) ?? other,
    name: shortWord(name),
    protocolVersion: shortWord(protocolVersion),
  }
}

function shortWord(word: string | null): string | null {
  return word !== null && word.length > longestWord ? other : word
}

/** What stays is of a few kinds, whatever is made up. */
function withoutDetails(operation: MeasuredOperation): MeasuredOperation {
  const { name, outcome } = operation
  const isOk = outcome?.layer === 'ok'
  return {
    ...operation,
    name: name === null ? null : other,
    protocolVersion: null,
    outcome: outcome && (isOk ? outcome : { ...outcome, code: null }),
  }
}
