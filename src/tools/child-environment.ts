const inherited = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TERM',
  'TMPDIR',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
]

/**
 * The whole environment of a server's process: what programs need to run at all, then what the mcpServers file says.
 * Nothing else of ours is passed on; a key in our environment is none of a server's business.
 */
export function childEnvironment(
  configured: Readonly<Record<string, string>>,
  ours: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const passed = Object.entries(ours).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (inherited.includes(entry[0]) || entry[0].startsWith('LC_')),
  )
  return { ...Object.fromEntries(passed), ...configured }
}
