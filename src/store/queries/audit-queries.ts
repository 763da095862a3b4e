export interface CheckpointRow {
  /** Empty: of the register of all logs. */
  readonly log: string
  readonly size: number
  readonly root: string
  readonly note: string
}

export interface LastCheckpointRow {
  /** Empty: of the register of all logs. */
  readonly log: string
  readonly size: number
  /** When it was kept. */
  readonly at: string
}

/** Rows of so many entries, or of so many bytes of bodies, as one hash over the hashes of all of them, in order. */
export interface BlockRow {
  readonly block: number
  readonly hash: string
}

export interface EntryHashRow {
  readonly seq: number
  /** The leaf, in hex. */
  readonly hash: string
  /** The columns beside the line are what the line says. */
  readonly fits: boolean
}

export interface BodyHashRow {
  readonly next_offset: number
  readonly hash: string
}

export interface CountRow {
  readonly log: string
  readonly rows: number
}

const leaf = "SHA256(concat('\\0', line))"
/** The columns that are read out of the line when it is inserted. */
const fits = `kind = JSONExtractString(line, 'kind') AND session = JSONExtractString(line, 'session')
  AND at = parseDateTime64BestEffort(JSONExtractString(line, 'at'), 6, 'UTC')`
const body = 'SHA256(concat(digest, toString(bytes), text))'
/** A FixedString would lose its zeros where it is joined to others. */
const asString = (hash: string, mark = "''") => `concat(${hash}, ${mark})`

const inOrder = (key: string, hash: string) =>
  `lower(hex(SHA256(arrayStringConcat(arrayMap(row -> row.2, arraySort(groupArray((${key}, ${hash}))))))))`

/** For `audit verify`: the rows are hashed where they are. What lies at `to` or after it is left out. */
export const auditQueries = {
  checkpoints: {
    sql: 'SELECT log, toFloat64(checkpoints.size) AS size, root, note FROM checkpoints ORDER BY log, checkpoints.size, at',
  },

  checkpoint_sizes: {
    sql: 'SELECT log, toFloat64(max(checkpoints.size)) AS size FROM checkpoints GROUP BY log',
  },

  /** The greatest of each log, and of the register. */
  last_checkpoints: {
    sql: 'SELECT log, toFloat64(max(checkpoints.size)) AS size, max(checkpoints.at) AS at FROM checkpoints GROUP BY log ORDER BY log',
  },

  entry_blocks: {
    sql: `
SELECT toFloat64(intDiv(seq, {block:UInt64})) AS block,
  ${inOrder('seq', asString(leaf, `if(${fits}, '', '!')`))} AS hash
FROM entries WHERE log = {log:String} AND entries.seq < {to:UInt64} GROUP BY block ORDER BY block`,
    defaults: { block: 4096, to: 0 },
  },

  entry_hashes: {
    sql: `
SELECT toFloat64(entries.seq) AS seq, lower(hex(${leaf})) AS hash, ${fits} AS fits FROM entries
WHERE log = {log:String} AND entries.seq >= {from:UInt64} AND entries.seq < {to:UInt64}
ORDER BY entries.seq`,
    defaults: { from: 0, to: 0 },
  },

  body_counts: {
    sql: 'SELECT log, toFloat64(count()) AS rows FROM bodies GROUP BY log ORDER BY log',
  },

  body_blocks: {
    sql: `
SELECT toFloat64(intDiv(next_offset, {block:UInt64})) AS block,
  ${inOrder('next_offset', asString(body))} AS hash
FROM bodies WHERE log = {log:String} AND bodies.next_offset < {to:UInt64} GROUP BY block ORDER BY block`,
    defaults: { block: 1_048_576, to: 0 },
  },

  body_hashes: {
    sql: `
SELECT toFloat64(bodies.next_offset) AS next_offset, lower(hex(${body})) AS hash FROM bodies
WHERE log = {log:String} AND bodies.next_offset >= {from:UInt64} AND bodies.next_offset < {to:UInt64}
ORDER BY bodies.next_offset`,
    defaults: { from: 0, to: 0 },
  },
}
