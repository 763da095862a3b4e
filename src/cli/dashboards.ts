/** Not there until the dashboards are. */
export async function writeDashboards(_out: string): Promise<number> {
  return 2
}
