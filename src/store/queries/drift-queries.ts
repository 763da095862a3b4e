/** A tool list that a client was shown, where it is another than the one that it was shown before. */
export interface DefinitionRow {
  readonly server: string
  readonly server_version: string | null
  /** By the bytes of the list: the same tools may have several. */
  readonly hash: string
  readonly digest: string
  readonly at: string
  readonly session: string
  /** As it names itself, with its version; empty where nobody named it. */
  readonly client: string
  /** Of the run that looked; empty where none did, or it does not say. */
  readonly project: string
}

/** How long the tools of a server have been looked at. */
export interface DefinedServerRow {
  readonly server: string
  readonly lists: number
  readonly first: string
  readonly last: string
}

const lists = `
  SELECT JSONExtractString(line, 'data', 'server') AS server,
    JSONExtract(line, 'data', 'serverVersion', 'Nullable(String)') AS server_version,
    JSONExtractString(line, 'data', 'hash') AS hash,
    JSONExtractString(line, 'data', 'tools', 'digest') AS digest,
    at, session, log, entries.seq AS seq
  FROM entries
  WHERE kind = 'tool_definitions' AND ({server:String} = '' OR server = {server:String})`

export const driftQueries = {
  /** Of one server, or of all, in the order of time; clients are the same whatever their version; a server that
   * two projects call the same may be two. */
  definition_changes: {
    sql: `
WITH lists AS (${lists}),
runs AS (
  SELECT JSONExtractString(line, 'data', 'run') AS run, any(JSONExtractString(line, 'data', 'project')) AS project
  FROM entries WHERE kind = 'run_started' GROUP BY run
),
clients AS (
  SELECT session, client, project FROM (
    SELECT session, JSONExtractString(line, 'data', 'identity', 'client', 'value') AS client,
      JSONExtractString(line, 'data', 'parent') AS parent
    FROM entries WHERE kind = 'session_opened' AND session IN (SELECT session FROM lists)
  ) AS opened LEFT JOIN runs ON runs.run = opened.parent
)
SELECT server, server_version, hash, digest, at, session, client, project FROM (
  SELECT *, lagInFrame(hash) OVER (
    PARTITION BY server, project, replaceRegexpOne(client, '/[^/]*$', '') ORDER BY at, log, seq
    ROWS BETWEEN 1 PRECEDING AND CURRENT ROW
  ) AS earlier
  FROM lists LEFT JOIN clients ON clients.session = lists.session
)
WHERE hash != earlier
ORDER BY at, log, seq`,
    defaults: { server: '' },
  },

  defined_servers: {
    sql: `
SELECT server, toFloat64(count()) AS lists, min(at) AS first, max(at) AS last FROM (${lists})
GROUP BY server ORDER BY server`,
    defaults: { server: '' },
  },
}
