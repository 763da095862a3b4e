/** Something that is not as it was written: what, and where. */
export interface Finding {
  /** Null where it is not of one log. */
  readonly log: string | null
  readonly seq: number | null
  /** From the home; a table's name with `database:` before it. */
  readonly file: string
  /** Bytes from the beginning of the file. */
  readonly offset: number | null
  readonly problem: string
}
