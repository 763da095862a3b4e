/** One difference of two schemas: `wider` admits more values than before, `narrower` fewer; else neither can be told. */
export interface SchemaChange {
  /** `path.to.member`; empty for the schema itself. */
  readonly path: string
  readonly effect: 'wider' | 'narrower' | 'different'
  readonly words: string
}
