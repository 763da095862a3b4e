import type { Command } from '../packages/install.ts'

/** The format that a client speaks to its model. */
export type Format = 'chat' | 'responses' | 'messages' | 'gemini'

/** What a client is pointed at. */
export interface Place {
  readonly home: string
  readonly gateway: string
  readonly key: string
  readonly prompt: string
  /** The MCP server `files`, with the recorder before it. */
  readonly server: Command
}

export interface Start {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** By their path in the home. */
  readonly files: Readonly<Record<string, string>>
}

/** A coding agent's command line. */
export interface Client {
  /** Its package on npm. */
  readonly name: string
  /** Below `node_modules`; a script, or the binary of this platform. */
  readonly program: string
  readonly format: Format
  /** How it is run headless, once, without an account. */
  readonly start: (place: Place) => Start
}
